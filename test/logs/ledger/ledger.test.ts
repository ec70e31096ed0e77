import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { main } from '../../../bench/cli.ts';
import { ledgerCommand } from '../../../bench/logs/ledger.ts';
import { ledgerVerdicts } from '../../../src/cutover/frontend/ledger-verdicts.ts';
import { withFileLock } from '../../../src/disk/file-lock.ts';
import { addToLedger, ledgerLock, ledgerMarkdown } from '../../../src/logs/ledger/add-to-ledger.ts';
import { ledgerChange } from '../../../src/logs/ledger/change.ts';
import { expiredVerdicts } from '../../../src/logs/ledger/expired.ts';
import { ledgerReport } from '../../../src/logs/ledger/ledger-report.ts';
import {
  type LedgerFailure,
  type LedgerInput,
  type LedgerRow,
  readLedger,
} from '../../../src/logs/ledger/row.ts';
import { plainLine } from '../../../src/plain-text.ts';
import { appendToLog, readAppendLog } from '../../../src/record/append-log.ts';
import { createRun } from '../../../src/record/run/run-folder.ts';
import type { RunReader } from '../../../src/record/run/run-reader.ts';
import { escapeMarkdown } from '../../../src/report/escape.ts';
import { renderMarkdown } from '../../../src/report/render/markdown.ts';
import { manifestInput, temporaryFolder } from '../../record/fixtures.ts';
import { bufferIo } from '../../support/buffer-io.ts';
import { runCommand } from '../../support/run-command.ts';

const HASHES = {
  corpus: 'c'.repeat(64),
  queries: 'd'.repeat(64),
  judgments: 'e'.repeat(64),
  config: 'f'.repeat(64),
  incumbentDialect: 'rust@1',
  candidateDialect: 'go@1',
  incumbentBackend: 'gateway 1.0',
  candidateBackend: 'gateway 2.0',
};

function claim(changes: Partial<LedgerInput> = {}): LedgerInput {
  return {
    endpoint: 'retrieve',
    date: '2026-11-23',
    incumbentPath: '/vectors/hybrid',
    candidatePath: '/v1/matrix/retrieve',
    verdict: 'pass',
    notes: '',
    evidence: {
      gates: [
        {
          metric: 'recall@10',
          unit: 'needs',
          n: 1000,
          margin: 0.005,
          mean: 0,
          lower: -0.003,
          upper: 0.003,
          state: 'pass',
        },
      ],
      hashes: HASHES,
    },
    runId: 'run-1',
    runLink: 'runs/run-1/report.md',
    ...changes,
  };
}

/** A ledger without a line that cannot be read. */
function sound(rows: readonly LedgerRow[], failures: readonly LedgerFailure[] = []) {
  return { rows, failures, problems: [] };
}

function rowsAfter(...inputs: LedgerInput[]): LedgerRow[] {
  const rows: LedgerRow[] = [];
  const failures: LedgerFailure[] = [];
  for (const input of inputs) {
    const { row, failure } = ledgerChange(sound(rows, failures), input);
    if (row !== null) rows.push(row);
    if (failure !== undefined) failures.push(failure);
  }
  return rows;
}

test('a row is added when parity is cleared or lost, and only then', () => {
  const rows = rowsAfter(
    claim({ runId: '1', verdict: 'fail' }),
    claim({ runId: '2' }),
    claim({ runId: '3' }),
    claim({ runId: '4', verdict: 'inconclusive' }),
    claim({ runId: '5', verdict: 'fail' }),
    claim({ runId: '6', verdict: 'fail' }),
    claim({ runId: '7' }),
    claim({ runId: '7' }),
    claim({ runId: '8', endpoint: 'search' }),
  );
  expect(rows.map(({ runId, change }) => [runId, change])).toEqual([
    ['2', 'cleared'],
    ['5', 'lost'],
    ['7', 'cleared'],
    ['8', 'cleared'],
  ]);
});

test.each([
  ['another day', { date: '2026-11-22', runId: '1' }, { date: '2026-11-23', runId: '2' }],
  ['one day', { runId: '2026-11-23T08-00-00Z-ab' }, { runId: '2026-11-23T09-00-00Z-aa' }],
])(
  'a pass that is older than a loss, of %s, clears nothing, and an older failure still closes',
  (_, early, late) => {
    const before = claim({ date: '2026-11-20', runId: '0' });
    const rows = rowsAfter(before, claim({ ...late, verdict: 'fail' }));
    expect(ledgerChange(sound(rows), claim(early))).toEqual({
      row: null,
      reason: 'older than the verdict that stands, of 2026-11-23',
    });
    expect(
      ledgerChange(sound(rows), claim({ ...late, runId: `${late.runId}-later` })).row?.change,
    ).toBe('cleared');
    expect(
      ledgerChange(sound(rowsAfter(claim(late))), claim({ ...early, verdict: 'fail' })).row?.change,
    ).toBe('lost');
  },
);

test('a failure that was remembered takes nothing away when its run is added again', () => {
  const failing = claim({ runId: '1', verdict: 'fail' });
  const rows = rowsAfter(failing, claim({ runId: '2' }), failing, failing);
  expect(rows.map(({ runId, change }) => [runId, change])).toEqual([['2', 'cleared']]);
});

test('a run is added once, and a copy of it that fails loses what it had cleared', () => {
  const rows = rowsAfter(claim(), claim(), claim({ verdict: 'fail' }), claim({ verdict: 'fail' }));
  expect(rows.map(({ change }) => change)).toEqual(['cleared', 'lost']);
  expect(ledgerChange(sound(rows), claim()).row).toBeNull();
});

test('runs that are added in another order than they were made clear nothing that a later one failed', async () => {
  const log = join(await temporaryFolder(), 'ledger.jsonl');
  const at = (clock: string) => ({ date: '2026-11-23', runId: `2026-11-23T${clock}-00-00Z-aa` });
  const failed = claim({ ...at('09'), verdict: 'fail' });
  const added = async (input: LedgerInput) => (await addToLedger(log, [input]))[0];
  expect(await added(failed)).toMatchObject({
    added: false,
    reason: expect.stringContaining('no parity to lose'),
  });
  expect(await added(claim(at('08')))).toMatchObject({
    added: false,
    reason: `older than run ${failed.runId}, which failed`,
  });
  expect(await added(failed)).toMatchObject({ added: false });
  expect(await added(claim(at('10')))).toMatchObject({ added: true, reason: 'parity cleared' });
  await added(claim({ ...at('11'), verdict: 'fail' }));
  await added(claim({ ...at('13'), verdict: 'fail' }));
  expect(await added(claim(at('12')))).toMatchObject({ added: false });
  const { lines } = await readAppendLog(log);
  expect(lines.map(({ value }) => value?.change ?? value?.schema)).toEqual([
    'retrieval-parity/ledger-failure@1',
    'cleared',
    'lost',
    'retrieval-parity/ledger-failure@1',
  ]);
  const shown = await readFile(ledgerMarkdown(log), 'utf8');
  expect(shown.match(/2026-11-23T/g)).not.toBeNull();
  expect(shown).not.toContain('T13');
});

test('a failure is a loss where a line that cannot be read may have cleared parity', () => {
  const unread = {
    rows: [],
    failures: [],
    problems: ['ledger.jsonl:1: the line is not as it was written'],
  };
  expect(ledgerChange(unread, claim({ verdict: 'fail' })).row?.change).toBe('lost');
  expect(ledgerChange(sound([]), claim({ verdict: 'fail' })).row).toBeNull();
});

const PROBE = { endpoint: 'matrix/search' } as const;
const JOB = { endpoint: 'search' } as const;

test('a run that fails loses what an endpoint of another name holds on the same path', async () => {
  const log = join(await temporaryFolder(), 'ledger.jsonl');
  const added = async (input: Partial<LedgerInput>) => (await addToLedger(log, [claim(input)]))[0];
  const seen = async () => (await ledgerVerdicts(log)('/v1/matrix/retrieve'))?.verdict;
  expect(await added({ ...PROBE, runId: '1' })).toMatchObject({ added: true });
  expect(await seen()).toBe('pass');
  expect(await added({ ...JOB, runId: '2', verdict: 'fail' })).toEqual({
    endpoint: 'search',
    added: true,
    reason: 'parity of /v1/matrix/retrieve lost (matrix/search held it since 2026-11-23)',
  });
  expect(await seen()).toBe('fail');
  expect(await added({ ...PROBE, runId: '3' })).toMatchObject({
    added: false,
    reason:
      'parity still holds, since 2026-11-23, and /v1/matrix/retrieve stays shut: search fails (run 2)',
  });
  expect(await added({ ...JOB, runId: '4', verdict: 'fail' })).toMatchObject({
    added: false,
    reason: 'fails, and had no parity to lose',
  });
  expect(await seen()).toBe('fail');
  expect(await added({ ...JOB, runId: '5' })).toMatchObject({ reason: 'parity cleared' });
  expect(await seen()).toBe('pass');
});

test('two endpoints of a path that both failed are cleared one after the other', async () => {
  const log = join(await temporaryFolder(), 'ledger.jsonl');
  const both = async (runId: string, probe: LedgerInput['verdict'], job: LedgerInput['verdict']) =>
    await addToLedger(log, [
      claim({ ...JOB, runId, verdict: job }),
      claim({ ...PROBE, runId, verdict: probe }),
    ]);
  const seen = async () => (await ledgerVerdicts(log)('/v1/matrix/retrieve'))?.verdict;
  await both('1', 'fail', 'fail');
  expect(await seen()).toBeUndefined();
  // A failure without a row counts too.
  const [, probe] = await both('2', 'pass', 'inconclusive');
  expect(probe?.reason).toBe(
    'parity cleared, and /v1/matrix/retrieve stays shut: search fails (run 1)',
  );
  expect(await ledgerVerdicts(log)('/v1/matrix/retrieve')).toMatchObject({
    endpoint: 'search',
    verdict: 'fail',
    runId: '1',
  });
  await both('3', 'pass', 'pass');
  expect(await seen()).toBe('pass');
});

test('what one run clears and fails on a path has a row of each, in whatever order it is told', async () => {
  const log = join(await temporaryFolder(), 'ledger.jsonl');
  const claims = [claim({ ...JOB, verdict: 'fail' }), claim(PROBE)];
  const entries = await addToLedger(log, claims);
  expect(entries.map(({ endpoint, added }) => `${endpoint} ${added}`)).toEqual([
    'search true',
    'matrix/search true',
  ]);
  expect((await rowsIn(log)).map(({ change }) => change)).toEqual(['cleared', 'lost']);
  expect((await ledgerVerdicts(log)('/v1/matrix/retrieve'))?.verdict).toBe('fail');
});

test('no path opens on a run whose sides were asked otherwise than clients ask', async () => {
  const log = join(await temporaryFolder(), 'ledger.jsonl');
  const seen = async () => (await ledgerVerdicts(log)('/v1/matrix/retrieve'))?.verdict;
  const { evidence } = claim();
  for (const [at, asked] of [
    { sharedEmbedder: true, model: null },
    { sharedEmbedder: false, model: 'm' },
  ].entries()) {
    const endpoint = `asked otherwise ${at}`;
    await addToLedger(log, [claim({ endpoint, evidence: { ...evidence, asked } })]);
    expect(await seen()).toBeUndefined();
  }
  await addToLedger(log, [claim()]);
  expect(await seen()).toBe('pass');
});

test('a failure of an earlier version names no path, and counts for its endpoint alone', async () => {
  const log = join(await temporaryFolder(), 'ledger.jsonl');
  const { date, runId } = claim();
  const schema = 'retrieval-parity/ledger-failure@1';
  await appendToLog(log, [{ schema, endpoint: 'search', date, runId }], { sealed: true });
  await addToLedger(log, [claim({ ...PROBE, runId: '2' })]);
  expect((await ledgerVerdicts(log)('/v1/matrix/retrieve'))?.verdict).toBe('pass');
});

test('a ledger of a newer version is refused by name, and neither it nor its Markdown is written', async () => {
  const folder = await temporaryFolder();
  const log = join(folder, 'ledger.jsonl');
  const [row] = rowsAfter(claim());
  await appendToLog(log, [{ ...row, schema: 'retrieval-parity/ledger@2' }], { sealed: true });
  await writeFile(join(folder, 'ledger.md'), 'the rows of the newer version\n');
  const before = await readFile(log, 'utf8');
  const refusal = /ledger.jsonl:1: is of retrieval-parity\/ledger@2, expected .*ledger@1/;
  await expect(addToLedger(log, [claim({ runId: '2' })])).rejects.toThrow(refusal);
  for (const name of ['list', 'check', 'render', 'expired']) {
    const io = bufferIo({ cwd: folder });
    expect(await main(['ledger', name, '--ledger', 'ledger.jsonl'], io)).toBe(2);
    expect(io.err()).toMatch(refusal);
  }
  expect(await readFile(log, 'utf8')).toBe(before);
  expect(await readFile(join(folder, 'ledger.md'), 'utf8')).toBe('the rows of the newer version\n');
});

test('none is said to have expired while a line cannot be read', async () => {
  const folder = await temporaryFolder();
  const log = join(folder, 'ledger.jsonl');
  await addToLedger(log, [claim()]);
  const current = join(folder, 'current.json');
  await writeFile(current, JSON.stringify(HASHES));
  const argv = ['ledger', 'expired', '--ledger', 'ledger.jsonl', '--current', 'current.json'];
  expect(await main(argv, bufferIo({ cwd: folder }))).toBe(0);
  await writeFile(log, (await readFile(log, 'utf8')).replace('"pass"', '"fail"'));
  expect(await main(argv, bufferIo({ cwd: folder }))).toBe(3);
});

test('render and check wait for a row that is being added', async () => {
  const folder = await temporaryFolder();
  const log = join(folder, 'ledger.jsonl');
  await addToLedger(log, [claim()]);
  const [, row] = rowsAfter(claim(), claim({ runId: '2', verdict: 'fail' }));
  const argv = (name: string) => ['ledger', name, '--ledger', 'ledger.jsonl'];
  let rendered: Promise<unknown> = Promise.resolve();
  let checked: Promise<unknown> = Promise.resolve();
  await withFileLock(await ledgerLock(log), async () => {
    rendered = main(argv('render'), bufferIo({ cwd: folder }));
    await sleep(50);
    await appendToLog(log, [row ?? {}], { sealed: true });
    checked = main(argv('check'), bufferIo({ cwd: folder }));
    await sleep(50);
    await writeFile(ledgerMarkdown(log), renderMarkdown(ledgerReport(await rowsIn(log))));
  });
  expect([await rendered, await checked]).toEqual([0, 0]);
  const markdown = await readFile(ledgerMarkdown(log), 'utf8');
  expect(markdown).toBe(renderMarkdown(ledgerReport(await rowsIn(log))));
});

async function rowsIn(log: string): Promise<readonly LedgerRow[]> {
  return readLedger(await readAppendLog(log)).rows;
}

test('a pass on other evidence clears parity anew, since the earlier verdict has expired', () => {
  const evidence = { ...claim().evidence, hashes: { ...HASHES, candidateBackend: 'gateway 2.1' } };
  const [first] = rowsAfter(claim());
  const change = ledgerChange(
    sound(first === undefined ? [] : [first]),
    claim({ runId: '2', evidence }),
  );
  expect(change.row?.change).toBe('cleared');
  expect(change.reason).toBe(
    'parity cleared anew: the candidate has changed (gateway 2.0 → gateway 2.1)',
  );
});

test.each(Object.keys(HASHES))('a verdict expires when its %s changes', (key) => {
  const rows = rowsAfter(claim());
  expect(expiredVerdicts(rows, HASHES)).toEqual([]);
  expect(expiredVerdicts(rows, {})).toEqual([]);
  const [expired] = expiredVerdicts(rows, { ...HASHES, [key]: 'other' });
  expect(expired?.because).toHaveLength(1);
  expect(expired?.because[0]).toContain('→ other');
});

test('only the last verdict of an endpoint stands', () => {
  const lost = claim({ runId: '2', verdict: 'fail' });
  const rows = rowsAfter(claim(), lost);
  expect(expiredVerdicts(rows, { corpus: 'other' }).map(({ row }) => row.runId)).toEqual(['2']);
});

function rendered(rows: Parameters<typeof ledgerReport>[0]): string {
  return renderMarkdown(ledgerReport(rows));
}

test('the ledger as Markdown', () => {
  expect(rendered(rowsAfter(claim({ notes: 'recall@10 within 0.5%' })))).toMatchInlineSnapshot(`
    "# Verified parity

    <!-- Generated from ledger.jsonl by \`bench ledger\`; do not edit. -->

    One row each time an endpoint clears or loses parity. A verdict holds for the evidence it names and expires when any of it changes; \`bench ledger expired\` says which have.

    | endpoint | date       | incumbent       | candidate           | verdict        | notes                 | evidence (n; 95% one-sided bounds; margin)                                                                                                                                                                       | run                           |
    | :------- | :--------- | :-------------- | :------------------ | :------------- | :-------------------- | :--------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------- | :---------------------------- |
    | retrieve | 2026-11-23 | /vectors/hybrid | /v1/matrix/retrieve | pass (cleared) | recall@10 within 0.5% | recall@10 pass: n = 1000 needs; [−0.003, 0.003]; 0.005<br>corpus cccccccccccc, queries dddddddddddd, judgments eeeeeeeeeeee, config ffffffffffff<br>dialects rust@1 / go@1<br>backends gateway 1.0 / gateway 2.0 | [run-1](runs/run-1/report.md) |
    "
  `);
});

test('hostile text stays text: no row, link, image, HTML or hidden character comes out of it', () => {
  const notes =
    'x | y |\n| z <script>alert(1)</script> [a](javascript:b) ![c](d) `e` **f** \u202Eevil';
  const text = rendered(rowsAfter(claim({ notes, runLink: 'javascript:alert(1)' })));
  expect(text.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(3);
  expect(text).not.toMatch(/<script|[^\\]\[a|[^\\]`e|\u202E/);
  expect(text).not.toMatch(/(?<!\\)\]\(javascript/);
  expect(text).toContain('U+202Eevil');
});

test('an escaped text has one line and nothing that opens markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeMarkdown(plainLine(text));
      expect(escaped).not.toMatch(/[\r\n<>]|\p{Cc}/u);
      expect(escaped.replace(/\\[\\`*[\]|~_#+=.)-]/g, '')).not.toMatch(/[`*[\]|~]/);
    }),
  );
});

test('plain names are left as they are', () => {
  for (const name of [
    'recall@10',
    'p95_ms',
    '/v1/matrix/retrieve',
    'Müller 東京',
    '−0.5 (n = 3)',
  ]) {
    expect(escapeMarkdown(name)).toBe(name);
  }
});

const command = ledgerCommand({
  inputsOfRun: async (run: RunReader) => [(await run.json('verdict.json')) as LedgerInput],
  currentEvidence: null,
});

async function runWith(folder: string, input: LedgerInput): Promise<void> {
  const writer = await createRun({ parentFolder: folder, id: input.runId });
  await writer.writeJson('verdict.json', input);
  await writer.finish(manifestInput());
}

test('a run that a wrong clock has dated years ahead is refused: nothing could be cleared until then', async () => {
  const folder = await temporaryFolder();
  await runWith(folder, claim({ verdict: 'fail', date: '2199-01-01' }));
  const output = await runCommand(command, ['ledger', 'add', 'run-1'], { cwd: folder });
  expect(output.code).toBe(2);
  expect(output.stderr).toContain('run-1: the run is of 2199-01-01, more than a year ahead');
});

test('bench ledger add, list, expired and check', async () => {
  const folder = await temporaryFolder();
  const ledger = (...argv: string[]) => runCommand(command, ['ledger', ...argv], { cwd: folder });
  for (const reader of ['list', 'check', 'render']) {
    const missing = await ledger(reader);
    expect(missing.code, reader).toBe(2);
    expect(missing.stderr).toContain('ledger.jsonl: no such file');
  }
  await runWith(folder, claim());
  const added = await ledger('add', 'run-1', '--notes', 'first | light');
  expect(added).toMatchObject({ code: 0, stdout: 'retrieve: parity cleared\n' });
  expect((await ledger('add', 'run-1')).stdout).toContain('in the ledger already: no row');
  const markdown = join(folder, 'parity/ledger.md');
  expect((await ledger('list', '-o', 'markdown')).stdout).toBe(await readFile(markdown, 'utf8'));
  expect((await ledger('check')).code).toBe(0);

  await writeFile(join(folder, 'now.json'), JSON.stringify({ corpus: '0'.repeat(64) }));
  const expired = await ledger('expired', '--current', 'now.json');
  expect(expired.code).toBe(1);
  expect(expired.stdout).toContain('the corpus has changed (cccccccccccc → 000000000000)');
  expect((await ledger('expired', '--run', 'run-1')).code).toBe(0);
  expect((await ledger('expired')).code).toBe(2);
  await writeFile(join(folder, 'now.json'), '{"corpis":"x"}');
  expect((await ledger('expired', '--current', 'now.json')).code).toBe(2);

  await appendFile(markdown, ' ');
  const check = await ledger('check');
  expect(check.code).toBe(1);
  expect(check.stderr).toContain('parity/ledger.md differs from its data');
  expect((await ledger('render')).code).toBe(0);
  expect((await ledger('check')).code).toBe(0);
  await appendFile(join(folder, 'parity/ledger.jsonl'), '{"schema":"x"}\n{"to');
  const damaged = await ledger('check');
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toContain('ledger.jsonl:2: no ledger row');
  expect(damaged.stderr).toContain('ledger.jsonl:3: the last line is torn');
});

test('a run that is not complete adds nothing', async () => {
  const folder = await temporaryFolder();
  const writer = await createRun({ parentFolder: folder, id: 'cut' });
  await writer.finish(manifestInput({ status: 'interrupted' }));
  const output = await runCommand(command, ['ledger', 'add', 'cut'], { cwd: folder });
  expect(output.code).toBe(2);
  expect(output.stderr).toContain('the run is not complete');
});
