import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAPTURE_DEFAULTS, capture } from '../../src/capture/job/capture.ts';
import { compareWithCapture } from '../../src/capture/job/compare-baseline.ts';
import { rescore } from '../../src/rescore.ts';
import { askedRecord } from '../../src/traffic/asked-schema.ts';
import type { AskedQuestion } from '../../src/traffic/question.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { capabilitiesOf, type QueryForms } from '../../src/wire/capabilities.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import type { HitsResponse } from '../../src/wire/operations.ts';
import type { Outcome } from '../../src/wire/outcome.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baseline-'));
});
afterEach(() => rm(folder, { recursive: true }));

const TIMING = { startedMs: 0, endedMs: 1 };
const idsOf = (need: number) => Array.from({ length: 10 }, (_, rank) => `d-${need}-${rank}`);

function asked(need: number, ids: readonly string[], redacted = false): AskedQuestion {
  return {
    atMs: need,
    question: {
      operation: 'retrieve',
      collections: ['workers'],
      text: `need ${need}`,
      vector: null,
      k: 10,
      perCollectionK: null,
      filter: null,
    },
    redacted,
    answer: {
      outcome: 'ok',
      status: 200,
      ids,
      collections: ids.map(() => 'workers'),
      similarities: ids.map((_, rank) => 1 - rank / 20),
    },
    latencyMs: 1,
  };
}

const EVERY_QUERY = { text: true, vector: false, filter: true, severalCollections: true };

/** A candidate that gives each need some documents; null fails. */
function candidate(
  answer: (need: number) => readonly string[] | null,
  forms: Partial<QueryForms> = {},
): Backend {
  const retrieve = async ({ text }: { readonly text?: string }): Promise<Outcome<HitsResponse>> => {
    const ids = answer(Number(text?.slice('need '.length)));
    if (ids === null) {
      return { kind: 'http', status: 500, detail: 'no', sizeBytes: 0, timing: TIMING };
    }
    const hits = ids.map((id, rank) => ({
      id,
      collection: 'workers',
      similarity: 1 - rank / 20,
      rawScore: rank,
    }));
    return { kind: 'ok', value: { hits }, status: 200, sizeBytes: 1, timing: TIMING };
  };
  return {
    label: 'stub',
    fingerprint: 'stub@1',
    capabilities: capabilitiesOf({
      operations: { health: '/health', retrieve: '/retrieve', search: '/search' },
      queries: { retrieve: { ...EVERY_QUERY, ...forms }, search: { ...EVERY_QUERY, ...forms } },
    }),
    health: async () => ({
      kind: 'ok',
      value: { service: 'stub', version: '1' },
      status: 200,
      sizeBytes: 0,
      timing: TIMING,
    }),
    retrieve,
    search: retrieve,
    close: async () => {},
  };
}

const NEEDS = 700;

async function run(
  answer: (need: number) => readonly string[] | null,
  lines = Array.from({ length: NEEDS }, (_, need) => asked(need, idsOf(need))),
  forms: Partial<QueryForms> = {},
  signal = new AbortController().signal,
) {
  const path = join(folder, 'log.jsonl');
  await writeFile(path, lines.map((line) => `${JSON.stringify(askedRecord(line))}\n`).join(''));
  const runs = join(folder, 'runs');
  const captured = await capture({
    ...CAPTURE_DEFAULTS,
    files: [path],
    dialect: rustLakehouse(),
    runs,
  });
  return await compareWithCapture(
    { capture: captured.runFolder, concurrency: 4, runs },
    { candidate: candidate(answer, forms), signal },
  );
}

describe('a candidate against the answers that the incumbent gave', () => {
  it('passes where it gives the same, and is derived again to the byte', async () => {
    const { verdict, findings, runFolder } = await run(idsOf);
    expect(verdict.verdict).toBe('pass');
    expect(findings.gates.map(({ state }) => state)).toEqual(['pass', 'pass', 'pass']);
    const again = await rescore(runFolder);
    expect(again.compared).toHaveLength(3);
    expect(again.differing).toEqual([]);
  });

  it('never passes where it was interrupted, and ends without an answer before the first block', async () => {
    const lines = Array.from({ length: 1000 }, (_, need) => asked(need, idsOf(need)));
    const interruptedAt = (at: number) => {
      const interrupt = new AbortController();
      const answer = (need: number) => {
        if (need === at) interrupt.abort(new Error('interrupted'));
        return idsOf(need);
      };
      return run(answer, lines, {}, interrupt.signal);
    };
    const { verdict, findings, runFolder, exitCode } = await interruptedAt(900);
    expect(findings).toMatchObject({ needs: 800, leftOut: 0, unasked: 200 });
    expect(findings.gates.map(({ state }) => state)).toEqual(['pass', 'pass', 'pass']);
    expect(verdict).toMatchObject({
      verdict: 'inconclusive',
      sentence: 'interrupted: 200 needs were not asked',
    });
    expect(exitCode).toBe(130);
    const again = await rescore(runFolder);
    expect([again.reader.manifest?.status, again.differing]).toEqual(['interrupted', []]);
    await expect(interruptedAt(1)).rejects.toThrow('interrupted');
    expect(
      (await readdir(join(folder, 'runs'), { recursive: true })).filter((name) =>
        name.endsWith('.lock'),
      ),
    ).toEqual([]);
  });

  it('fails where documents are missing', async () => {
    const { verdict, findings } = await run((need) => idsOf(need).slice(0, 8));
    expect(verdict.verdict).toBe('fail');
    expect(findings.gates.find(({ name }) => name === 'overlap')?.mean).toBeCloseTo(-0.2);
  });

  it('fails where requests fail', async () => {
    const { verdict } = await run((need) => (need % 5 === 0 ? null : idsOf(need)));
    expect(verdict).toMatchObject({ verdict: 'fail', exitCode: 1 });
    expect(verdict.sentence).toMatch(/^errors/);
  });

  it('does not charge the candidate with what the incumbent differs from itself', async () => {
    const other = (need: number) => [
      ...idsOf(need).slice(0, 5),
      ...idsOf(need + 10_000).slice(0, 5),
    ];
    const lines = Array.from({ length: NEEDS }, (_, need) => [
      asked(need, idsOf(need)),
      asked(need, other(need)),
    ]).flat();
    const { verdict, findings } = await run(idsOf, lines);
    expect(findings.repeated).toBe(NEEDS);
    expect(findings.floor?.overlap).toBeCloseTo(0.5);
    expect(verdict.verdict).not.toBe('fail');
  });

  it('judges lists neither way where the incumbent gave other documents from one time to the next', async () => {
    const moved = Array.from({ length: NEEDS }, (_, need) =>
      [need, need + 10_000].map((from) => asked(need, idsOf(from))),
    ).flat();
    const garbage = (need: number) => idsOf(need + 20_000);
    for (const answer of [garbage, idsOf]) {
      const { verdict, findings } = await run(answer, moved);
      expect(findings.floor).toMatchObject({ overlap: 1, rbo: 1 });
      expect(findings.gates.map(({ state }) => state)).toEqual([
        'pass',
        'inconclusive',
        'inconclusive',
      ]);
      expect(verdict).toMatchObject({ verdict: 'inconclusive', exitCode: 3 });
      expect(verdict.sentence).toContain("the incumbent's own answers are 1.0000 apart");
    }
    const partly = Array.from({ length: NEEDS }, (_, need) =>
      [need, need % 3 === 0 ? need + 10_000 : need].map((from) => asked(need, idsOf(from))),
    ).flat();
    expect((await run(idsOf, partly)).verdict.verdict).toBe('inconclusive');
    expect((await run(garbage)).verdict.verdict).toBe('fail');
    // A few needs that changed can hide no loss of the size of the margin.
    const rarely = [
      ...Array.from({ length: NEEDS }, (_, need) => asked(need, idsOf(need))),
      asked(0, idsOf(10_000)),
    ];
    const { verdict, findings } = await run(idsOf, rarely);
    expect(findings).toMatchObject({ repeated: 1, floor: { overlap: 1 } });
    expect(verdict.verdict).toBe('pass');
  });

  it('counts a need once that was asked on two endpoints', async () => {
    const lines = Array.from({ length: 400 }, (_, need) => {
      const one = asked(need, idsOf(need));
      return [one, { ...one, question: { ...one.question, operation: 'search' as const } }];
    }).flat();
    const { findings } = await run(idsOf, lines);
    expect(findings.needs).toBe(400);
    expect(findings.gates.map(({ n }) => n)).toEqual([400, 400, 400]);
  });

  it('takes two answers without a row for no agreement, and counts them', async () => {
    const none = () => [];
    const lines = Array.from({ length: NEEDS }, (_, need) => asked(need, none()));
    const { verdict, findings } = await run(none, lines);
    expect(findings).toMatchObject({ needs: NEEDS, withoutRows: NEEDS, floor: null });
    const lists = findings.gates.filter(({ name }) => name !== 'errors');
    expect(lists.map(({ n, state }) => [n, state])).toEqual([
      [0, 'inconclusive'],
      [0, 'inconclusive'],
    ]);
    expect(verdict.verdict).toBe('inconclusive');
  });

  it('neither credits nor charges a candidate where an answer of the incumbent has no row', async () => {
    const lines = Array.from({ length: NEEDS }, (_, need) => [
      asked(need, idsOf(need)),
      asked(need, need % 2 === 0 ? [] : idsOf(need)),
    ]).flat();
    const loses = (need: number) => idsOf(need).slice(0, need % 2 === 0 ? 10 : 8);
    const { findings } = await run(loses, lines);
    const overlap = findings.gates.find(({ name }) => name === 'overlap');
    expect(overlap?.n).toBe(NEEDS / 2);
    expect(overlap?.mean).toBeCloseTo(-0.2);
    expect(findings.withoutRows).toBe(NEEDS / 2);
  });

  it('leaves out needs in which something was redacted, and says so', async () => {
    const lines = Array.from({ length: 30 }, (_, need) => asked(need, idsOf(need), need < 10));
    const { findings, verdict } = await run(idsOf, lines);
    expect(findings).toMatchObject({ needs: 20, leftOut: 10 });
    expect(verdict.verdict).toBe('inconclusive');
  });

  it('leaves out what the candidate cannot be asked, and names it', async () => {
    const lines = Array.from({ length: NEEDS + 50 }, (_, need) => {
      const line = asked(need, idsOf(need));
      const filter = { half: 'even' };
      return need < NEEDS ? line : { ...line, question: { ...line.question, filter } };
    });
    const { findings, verdict, runFolder } = await run(idsOf, lines, { filter: false });
    expect(verdict.verdict).toBe('pass');
    expect(verdict.sentence).toContain(
      'Not verified: what the candidate cannot be asked, 50 needs (/retrieve takes no filter)',
    );
    expect(findings).toMatchObject({
      needs: NEEDS,
      leftOut: 0,
      unexpressed: [{ why: '/retrieve takes no filter', needs: 50 }],
    });
    expect((await rescore(runFolder)).differing).toEqual([]);
  });

  it('refuses a candidate that can be asked nothing, before anything is written', async () => {
    const runs = () => readdir(join(folder, 'runs'));
    await expect(run(idsOf, undefined, { text: false, vector: true })).rejects.toMatchObject({
      code: 'nothing-to-ask',
      exitCode: 2,
      message: `stub: none of ${NEEDS} needs can be asked: /retrieve takes a vector, not text`,
      hint: expect.stringContaining('--embed'),
    });
    expect(await runs()).toHaveLength(1);
  });

  it('names the file where nothing is left of the answers', async () => {
    const { runFolder } = await run(
      idsOf,
      Array.from({ length: 30 }, (_, need) => asked(need, idsOf(need))),
    );
    await truncate(join(runFolder, 'observations/answers-0000.json'), 20);
    await expect(rescore(runFolder)).rejects.toMatchObject({
      code: 'run-damaged',
      message: `${runFolder}: too little is left: observations/answers-0000.json set aside`,
    });
  });

  it('refuses a capture without answers', async () => {
    const lines = [{ ...asked(1, []), answer: null }];
    await expect(run(idsOf, lines)).rejects.toThrow('no answer of the incumbent');
  });
});
