import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { FaultHooks } from '../../../src/demo/gateway/faults/types.ts';
import { chatFindings } from '../../../src/probes/find/chat.ts';
import { embedFindings } from '../../../src/probes/find/embed.ts';
import { type ProbeFindings, qualityLabel } from '../../../src/probes/find/findings.ts';
import { searchFindings } from '../../../src/probes/find/search.ts';
import { sqlFindings } from '../../../src/probes/find/sql.ts';
import { storageFindings } from '../../../src/probes/find/storage.ts';
import { judgeProbe } from '../../../src/probes/judge/judge-probe.ts';
import { probeLine, probeSentence } from '../../../src/probes/judge/probe-sentence.ts';
import { observeChat } from '../../../src/probes/observe/chat.ts';
import { observeEmbed, PROBE_TEXTS } from '../../../src/probes/observe/embed.ts';
import { embedSearchTexts, observeSearch } from '../../../src/probes/observe/search.ts';
import { observeSql } from '../../../src/probes/observe/sql.ts';
import { observeStorage } from '../../../src/probes/observe/storage.ts';
import type { SqlStatement } from '../../../src/probes/record/services.ts';
import { computeTruth } from '../../../src/truth/corpus/compute-truth.ts';
import type { HttpBackend } from '../../../src/wire/http/http-backend.ts';
import { CORPUS, changing, type Served, serveGo, serveRust } from './pair.ts';

const signal = new AbortController().signal;
let rust: Served;
let go: Served;

beforeAll(async () => {
  [rust, go] = await Promise.all([serveRust(), serveGo()]);
});
afterAll(async () => {
  await Promise.all([rust.stop(), go.stop()]);
});

/** The pair with something planted on the candidate's side. */
async function planted(...faults: FaultHooks[]) {
  const served = await serveGo(faults);
  onTestFinished(() => served.stop());
  return { incumbent: rust.backend, candidate: served.backend };
}

const sound = () => ({ incumbent: rust.backend, candidate: go.backend });

/** Names of the checks in a state. */
function named(findings: ProbeFindings, ...states: string[]): string[] {
  return findings.checks.filter(({ state }) => states.includes(state)).map(({ name }) => name);
}

const lineOf = (findings: ProbeFindings): string => probeLine(findings, judgeProbe(findings));

describe('embed', () => {
  const embed = async (pair: ReturnType<typeof sound>, distance: 'cosine' | 'dot' = 'cosine') =>
    embedFindings(
      await observeEmbed(pair, {
        texts: PROBE_TEXTS,
        model: 'stand-in',
        distance,
        reference: null,
        manyCount: 100,
        signal,
      }),
    );

  it('passes 5/5 with cos=1.000 on a sound pair, with the lengths as drift and raw bits equal for none', async () => {
    const findings = await embed(sound());
    const verdict = judgeProbe(findings);
    expect(probeLine(findings, verdict)).toBe('PASS 5/5 cos=1.000');
    expect(verdict.exitCode).toBe(0);
    expect(named(findings, 'drift')).toEqual(['norm ratio, candidate over incumbent']);
    expect([findings.bitEqual, findings.bitEqualNormalised]).toEqual([0, 5]);
    expect(named(findings, 'same')).toEqual(
      expect.arrayContaining([
        'the same text twice',
        'alone and in a batch',
        'in another order',
        'empty string',
        'very long text',
        'null byte',
        'right-to-left',
        'all of them',
      ]),
    );
  });

  it('fails by the lengths alone where the index compares by dot product', async () => {
    const findings = await embed(sound(), 'dot');
    const verdict = judgeProbe(findings);
    expect(probeLine(findings, verdict)).toBe('FAIL 5/5 cos=1.000');
    expect(probeSentence(findings, verdict)).toMatch(/^1 check fails, first norm ratio/);
    expect(verdict.gates).toMatchObject([{ kind: { type: 'checks' }, state: 'fail', gated: true }]);
  });

  it('fails and counts the texts whose direction is another', async () => {
    const turned: FaultHooks = {
      vectors: (vectors, texts) =>
        vectors.map((vector, at) =>
          texts[at]?.includes('crane') === true ? vector.toReversed() : vector,
        ),
    };
    const findings = await embed(await planted(turned));
    expect(lineOf(findings)).toMatch(/^FAIL 4\/5 cos=-?0\.\d{3}$/);
    expect(named(findings, 'different')).toContain('5: crane operator who reads load charts');
  });

  it('notices a vector that depends on its place in the batch', async () => {
    const byPlace: FaultHooks = {
      vectors: (vectors) =>
        vectors.map((vector, at) =>
          at === 0 ? vector : vector.map((value, i) => value + (i % 2)),
        ),
    };
    expect(named(await embed(await planted(byPlace)), 'different')).toEqual(
      expect.arrayContaining(['alone and in a batch', 'in another order']),
    );
  });

  it('ends as infrastructure where a side does not serve the forced model', async () => {
    const options = { texts: PROBE_TEXTS, distance: 'cosine' as const, reference: null, signal };
    await expect(
      observeEmbed(sound(), { ...options, model: 'nomic-embed-text' }),
    ).rejects.toMatchObject({ exitCode: 4, message: expect.stringContaining('unknown model') });
  });

  it('takes a third side, and says which of the two is this model', async () => {
    const reference = {
      name: 'local',
      embed: async (texts: readonly string[]) => texts.map((_, at) => Float32Array.of(at, 1)),
    };
    const findings = embedFindings(
      await observeEmbed(sound(), {
        texts: PROBE_TEXTS,
        model: null,
        distance: 'cosine',
        reference,
        manyCount: 100,
        signal,
      }),
    );
    expect(findings.checks.find(({ group }) => group === 'reference')).toMatchObject({
      state: 'drift',
      note: 'neither side is this model',
    });
  });
});

const statement = (sql: string, more: Partial<SqlStatement> = {}): SqlStatement => ({
  id: sql,
  sql,
  ordered: false,
  tolerance: 1e-9,
  refused: false,
  ...more,
});

describe('sql', () => {
  const STATEMENTS = [
    statement('SELECT count(*) AS n FROM workers'),
    statement('SELECT doc_id, pay, remote FROM workers ORDER BY doc_id', { ordered: true }),
    statement('SELECT avg(pay) AS mean FROM workers'),
    statement('SELECT 9007199254740993 AS big'),
    statement('SELECT nosuch FROM workers', { refused: true }),
  ];
  const run = async (pair: ReturnType<typeof sound>, statements = STATEMENTS) =>
    sqlFindings(await observeSql(pair, statements, { file: 'test', signal }));

  it('passes on a sound pair', async () => {
    expect(lineOf(await run(sound()))).toBe('PASS 5/5 statements');
  });

  it.each([
    ['a missing row', (rows: unknown[][]) => rows.slice(1), 3],
    ['rows in another order', (rows: unknown[][]) => rows.toReversed(), 1],
    [
      'one number that is another',
      (rows: unknown[][]) =>
        rows.map((row) => row.map((value) => (typeof value === 'number' ? value + 1 : value))),
      3,
    ],
  ])('fails by %s', async (_, change, least) => {
    const pair = await planted(
      changing('/v1/sql', (body) => ({ ...body, rows: change(body.rows as unknown[][]) })),
    );
    expect(named(await run(pair), 'different').length).toBeGreaterThanOrEqual(least);
  });

  it('is inconclusive, not a pass, where both refuse every ordinary statement', async () => {
    const verdict = judgeProbe(await run(sound(), [statement('SELECT a FROM nowhere')]));
    expect([verdict.state, verdict.exitCode]).toEqual(['inconclusive', 3]);
  });

  it('both gateways refuse to write, by whatever way, and the rows stay', async () => {
    const writes = [
      'DELETE FROM workers',
      "UPDATE workers SET state = 'XX'",
      'DROP TABLE workers',
      'WITH gone AS (SELECT 1) DELETE FROM workers',
      'SELECT 1; DELETE FROM workers',
      'BEGIN',
      'PRAGMA query_only = OFF',
    ].map((sql) => statement(sql, { refused: true }));
    expect(named(await run(sound(), writes), 'violation')).toEqual([]);
    expect(judgeProbe(await run(sound())).state).toBe('pass');
  });

  it('a setting that a statement makes does not outlive it', async () => {
    const [set, wrote] = [
      await rust.backend.sql({
        statement: "SELECT set_config('default_transaction_read_only', 'off', false)",
      }),
      await rust.backend.sql({ statement: 'WITH x AS (DELETE FROM workers RETURNING 1) TABLE x' }),
    ];
    expect([set.kind, wrote.status]).toEqual(['ok', 403]);
  });
});

it('a gateway that allows writes takes them, one statement whole or not at all', async () => {
  const [writingRust, writingGo] = await Promise.all([serveRust(true), serveGo([], true)]);
  onTestFinished(async () => {
    await Promise.all([writingRust.stop(), writingGo.stop()]);
  });
  for (const { backend } of [writingRust, writingGo]) {
    const wrote = await backend.sql({ statement: "DELETE FROM jobs WHERE doc_id = 'j-1'" });
    const failed = await backend.sql({ statement: 'UPDATE jobs SET doc_id = NULL, nosuch = 1' });
    const left = await backend.sql({ statement: 'SELECT count(*) AS n FROM jobs' });
    expect([wrote.kind, failed.status]).toEqual(['ok', 400]);
    expect(left.kind === 'ok' && left.value.rows).toEqual([[29]]);
  }
});

describe('storage', () => {
  const leftovers = async (backend: HttpBackend) => {
    const listed = await backend.storage.list({ prefix: 'parity-' });
    return listed.kind === 'ok' ? listed.value.objects : null;
  };

  it('passes on a sound pair, and removes what it wrote', async () => {
    const findings = storageFindings(await observeStorage(sound(), { signal }));
    const verdict = judgeProbe(findings);
    expect([verdict.state, named(findings, 'different', 'violation', 'drift')]).toEqual([
      'pass',
      [],
    ]);
    expect(await leftovers(rust.backend)).toEqual([]);
    expect(await leftovers(go.backend)).toEqual([]);
  });

  it('removes its namespace on both sides when it is interrupted half-way', async () => {
    const interrupt = new AbortController();
    let puts = 0;
    const candidate: HttpBackend = {
      ...go.backend,
      storage: {
        ...go.backend.storage,
        put: async (request, inner) => {
          if (++puts === 8) interrupt.abort(new Error('interrupted'));
          return go.backend.storage.put(request, inner);
        },
      },
    };
    const pair = { incumbent: rust.backend, candidate };
    await expect(observeStorage(pair, { signal: interrupt.signal })).rejects.toThrow('interrupted');
    expect(puts).toBe(8);
    expect(await leftovers(rust.backend)).toEqual([]);
    expect(await leftovers(go.backend)).toEqual([]);
  });

  it('fails by bytes that come back changed', async () => {
    const candidate: HttpBackend = {
      ...go.backend,
      storage: {
        ...go.backend.storage,
        get: async (request, inner) => {
          const outcome = await go.backend.storage.get(request, inner);
          if (outcome.kind !== 'ok' || outcome.value.bytes.length !== 256) return outcome;
          const bytes = Buffer.from(Buffer.from(outcome.value.bytes).toString('utf8'));
          return { ...outcome, value: { ...outcome.value, bytes } };
        },
      },
    };
    const findings = storageFindings(
      await observeStorage({ incumbent: rust.backend, candidate }, { signal }),
    );
    expect(named(findings, 'different')).toEqual(['every byte (bytes.bin)']);
  });

  it('fails where a side takes a key that leaves the namespace, even where both do', async () => {
    const lax = (backend: HttpBackend): HttpBackend => ({
      ...backend,
      storage: {
        ...backend.storage,
        put: (request, inner) =>
          backend.storage.put(
            { ...request, key: new URL(request.key, 'http://x/').pathname.slice(1) || 'root' },
            inner,
          ),
      },
    });
    const pair = { incumbent: lax(rust.backend), candidate: lax(go.backend) };
    const findings = storageFindings(await observeStorage(pair, { signal }));
    expect(named(findings, 'violation').some((name) => name.startsWith('escape: ..'))).toBe(true);
    expect(named(findings, 'violation').some((name) => name.startsWith('nothing beyond'))).toBe(
      true,
    );
    expect(judgeProbe(findings).state).toBe('fail');
    for (const { backend } of [rust, go]) {
      for (const { key } of (await leftovers(backend)) ?? []) await backend.storage.delete({ key });
      await backend.storage.delete({ key: 'root' });
    }
  });

  it('keeps objects as files of a temporary folder that is gone when the gateway stops', async () => {
    const folders = async () =>
      (await readdir(tmpdir())).filter((name) =>
        name.startsWith(`retrieval-parity-objects-${process.pid}-`),
      );
    const served = await serveGo();
    const before = await folders();
    await served.backend.storage.put({ key: 'a/b', bytes: Uint8Array.of(1, 2) });
    const made = (await folders()).filter((name) => !before.includes(name));
    expect(made).toHaveLength(1);
    await served.stop();
    expect(await folders()).not.toContain(made[0]);
  });
});

describe('search', () => {
  const search = async (pair: ReturnType<typeof sound>) => {
    const embedded = await embedSearchTexts(rust.backend, {
      corpus: CORPUS,
      model: null,
      maxNeeds: null,
      signal,
    });
    const record = await observeSearch(pair, {
      embedded,
      k: 10,
      model: null,
      concurrency: 4,
      signal,
    });
    const collections = CORPUS.collections.slice(0, 1);
    const asked = record.queries.map(({ id }) => ({ id, collections: ['workers'] }));
    const truth = await computeTruth({
      corpus: { collections },
      queries: asked,
      documents: record.documents,
      vectors: record.queryVectors,
      k: 10,
    });
    return searchFindings(record, truth, () => 0.2);
  };

  it('passes on a sound pair, to beyond the size of the corpus, and says that raw vectors go one way', async () => {
    const findings = await search(sound());
    const verdict = judgeProbe(findings);
    expect(probeLine(findings, verdict)).toMatch(/^PASS 30\/30 overlap@10=/);
    expect(findings.quality.map(qualityLabel)).toEqual([
      'recall@1',
      'recall@5',
      'recall@10',
      'recall@1 by vector (incumbent by text)',
      'recall@5 by vector (incumbent by text)',
      'recall@10 by vector (incumbent by text)',
    ]);
    expect(findings.checks.find(({ name }) => name === 'k = 220 (q-0)')?.candidate).toBe(
      '120 rows',
    );
    expect(named(findings, 'not offered')).toContain('wrong dimension: one too few');
  });

  it('fails by answers that are cut short', async () => {
    const short: FaultHooks = { hits: (hits) => hits.slice(0, Math.floor(hits.length * 0.8)) };
    const findings = await search(await planted(short));
    expect(named(findings, 'different')).toContain('k = 10 (q-0)');
    expect(judgeProbe(findings).state).toBe('fail');
  });

  it('fails by scores with the other sign, although the same documents come in the same order', async () => {
    const negated: FaultHooks = {
      hits: (hits) => hits.map((hit) => ({ ...hit, score: -hit.score })),
    };
    expect(named(await search(await planted(negated)), 'different')).toEqual(
      expect.arrayContaining(['scores that rise along the list']),
    );
  });

  it('fails by recall where other documents come back', async () => {
    const far: FaultHooks = {
      plan: (plan) => ({ ...plan, text: 'job', vector: null }),
    };
    const verdict = judgeProbe(await search(await planted(far)));
    expect(verdict.gates.find(({ name }) => name === 'recall@10')?.state).toBe('fail');
  });
});

describe('chat', () => {
  const chat = async (pair: ReturnType<typeof sound>) =>
    chatFindings(
      await observeChat(pair, { provider: 'echo', model: null, deterministic: true, signal }),
    );

  it('passes on a sound pair: two shapes, the same text and token counts, the same refusals', async () => {
    expect(lineOf(await chat(sound()))).toBe('PASS 9/9 conversations');
  });

  it('fails by a token that is counted twice', async () => {
    const pair = await planted(
      changing('/v1/chat', (body) => {
        const usage = body.usage as { input_tokens: number; output_tokens: number };
        return { ...body, usage: { ...usage, input_tokens: usage.input_tokens + 1 } };
      }),
    );
    const findings = await chat(pair);
    expect(named(findings, 'different')).toHaveLength(6);
    expect(probeSentence(findings, judgeProbe(findings))).toContain('input tokens');
  });

  it('is inconclusive where neither side has the provider', async () => {
    const findings = chatFindings(
      await observeChat(sound(), { provider: 'real', model: null, deterministic: false, signal }),
    );
    expect(judgeProbe(findings).state).toBe('inconclusive');
  });
});
