import { describe, expect, it } from 'vitest';
import { drillDocument } from '../../../src/demo/drill/results/drill-report.ts';
import { requirementsOf } from '../../../src/demo/drill/results/requirements.ts';
import { type Effect, type RunRow, readDrill } from '../../../src/demo/drill/results/rows.ts';
import {
  cleanSummary,
  faultSummaries,
  noticed,
  searchStep,
} from '../../../src/demo/drill/results/summary.ts';
import { parseAppendLog } from '../../../src/record/append-log.ts';
import { renderMarkdown } from '../../../src/report/render/markdown.ts';
import { account, failing, measure, planted, run, step } from './rows.ts';

function only(runs: readonly RunRow[], claim: RegExp) {
  const found = requirementsOf(runs).find((entry) => claim.test(entry.claim));
  if (found === undefined) throw new Error(`no claim ${claim}`);
  return found;
}

const NAMED = account([measure({ membership: 0.09, order: 0.01 })]);

describe('what must hold of a drill', () => {
  it('a fault is detected only through what it declares', () => {
    const ranking = run({ steps: [failing('recall@10', ['ranking'])] });
    const wire = run({ steps: [failing('drift: new', ['wire'])] });
    expect(noticed(ranking)).toBe(true);
    expect(noticed(wire)).toBe(false);
    expect(only([ranking], /detected/)).toMatchObject({ holds: true, cases: 1 });
    const broken = only([wire], /detected/);
    expect(broken.holds).toBe(false);
    expect(broken.failures[0]).toContain('declares ranking; failed: drift: new');
  });

  it('a fault that nobody may notice must leave the checks on the ranking alone', () => {
    const silent = planted({ declares: ['none'], component: 'document-vectors' });
    const claim = /no cosine ranking/;
    const scores = run({ planted: [silent], steps: [failing('scores', ['score'])] });
    expect(only([scores], claim).holds).toBe(true);
    const ranks = run({ planted: [silent], steps: [failing('recall@1', ['ranking'])] });
    expect(only([ranks], claim).holds).toBe(false);
    expect(requirementsOf([ranks]).some((entry) => /detected/.test(entry.claim))).toBe(false);
  });

  it('a ranking fault needs its own component first, with four fifths of what is attributed', () => {
    const claim = /own component/;
    expect(only([run({ attribution: NAMED })], claim).holds).toBe(true);
    const split = account([measure({ membership: 0.07, order: 0.03 })]);
    expect(only([run({ attribution: split })], claim).failures).toEqual([
      'drop (membership): membership 70%',
    ]);
    expect(only([run()], claim).failures).toEqual(['drop (membership): no account']);
  });

  it('a fault without a name among the components must be called unexplained', () => {
    const boost = planted({ kind: 'hidden-boost', component: 'unexplained' });
    const claim = /called unexplained/;
    const honest = account([measure({}, { accepted: false, repair: null })], 'unexplained');
    expect(only([run({ planted: [boost], attribution: honest })], claim).holds).toBe(true);
    expect(only([run({ planted: [boost], attribution: NAMED })], claim).holds).toBe(false);
  });

  it('of two faults both components are in the repair set', () => {
    const both = [planted(), planted({ kind: 'reverse', component: 'order' })];
    const pair = (repair: string[]) =>
      run({
        purpose: 'pair',
        planted: both,
        attribution: account([measure({ membership: 0.1, order: 0.2 }, { repair })]),
      });
    expect(only([pair(['order', 'membership'])], /repair set/).holds).toBe(true);
    expect(only([pair(['order'])], /repair set/)).toMatchObject({
      holds: false,
      failures: ['drop:0.05 + reverse:0.05 (membership + order): order'],
    });
  });

  it('faults of an index count only where a narrow search loses something', () => {
    const index = planted({ kind: 'low-ef', component: 'index' });
    const at = (referenceRecall: number | null) =>
      only([run({ planted: [index], corpus: 'workers-10k', referenceRecall })], /efSearch = k/)
        .holds;
    expect(at(0.93)).toBe(true);
    expect(at(0.999)).toBe(false);
    expect(at(null)).toBe(false);
  });

  it('of 200 clean runs four may be fail, and of a few none', () => {
    const clean = (count: number, fails: number) =>
      Array.from({ length: count }, (_, at) =>
        run({
          key: `clean ${at}`,
          purpose: 'clean',
          steps: [at < fails ? failing('p95', ['latency']) : step()],
        }),
      );
    expect(only(clean(200, 4), /clean runs/).holds).toBe(true);
    expect(only(clean(200, 5), /clean runs/).holds).toBe(false);
    expect(only(clean(3, 1), /clean runs/).failures).toEqual(['clean 0: p95: because']);
  });
});

describe('the step that lesser rates are measured by', () => {
  it('leaves latency out where the answers gave the fault away', () => {
    expect(searchStep(run({ steps: [failing('recall@10', ['ranking'])] }))).toBe('answers');
    const slow = [planted({ kind: 'slow', declares: ['latency'], component: null })];
    expect(searchStep(run({ planted: slow, steps: [failing('p50', ['latency'])] }))).toBe(
      'retrieve',
    );
    const hanging = failing('error rate', ['latency', 'contract']);
    expect(searchStep(run({ planted: slow, steps: [hanging] }))).toBe('answers');
  });

  it('is the later one where that noticed it first, and none where nothing did', () => {
    const drift = { ...failing('drift: new', ['wire']), step: 'drift' as const };
    const wire = [planted({ kind: 'wire', declares: ['wire'], component: null })];
    expect(searchStep(run({ planted: wire, steps: [step(), drift] }))).toBe('drift');
    expect(searchStep(run())).toBeNull();
  });
});

describe('how clean runs are counted', () => {
  it('tells a fail, a refusal of the candidate, an unfit machine and an open question apart', () => {
    const ending = (exitCode: number, check?: string, observes: Effect[] = []) =>
      run({
        purpose: 'clean',
        steps: [
          step({
            exitCode,
            failed: check === undefined ? [] : [{ check, observes, reason: '' }],
          }),
        ],
      });
    const { counts, lower, upper } = cleanSummary([
      ending(0),
      ending(1, 'p95'),
      ending(4, 'preflight', ['wire', 'contract']),
      ending(4),
      ending(4, 'noise of recall@1'),
      ending(3),
    ]);
    expect(counts).toEqual({ pass: 1, inconclusive: 1, fail: 2, unfit: 2 });
    // Clopper and Pearson for 2 of 6.
    expect(lower).toBeCloseTo(0.0433, 4);
    expect(upper).toBeCloseTo(0.7772, 4);
  });
});

describe('the document of a drill', () => {
  const head = {
    row: 'drill' as const,
    schema: 1 as const,
    masterSeed: 42,
    startedAt: '2026-01-01T00:00:00.000Z',
    machine: '2 × a processor, linux x64',
    settings: 'abc',
  };
  const lesser = run({
    key: 'rate drop 0.025',
    purpose: 'rate',
    planted: [planted({ rate: 0.025 })],
    steps: [failing('membership of the candidate', ['ranking'])],
  });
  const runs = [
    run({ steps: [failing('recall@10', ['ranking'])], attribution: NAMED }),
    lesser,
    run({ purpose: 'clean' }),
  ];

  it('shows what noticed a fault, what it was attributed to and the smallest rate', () => {
    expect(faultSummaries(runs)).toMatchObject([
      { kind: 'drop', step: 'retrieve', smallestRate: 0.025, ratesTried: 1 },
    ]);
    const text = renderMarkdown(drillDocument({ head, runs }));
    expect(text).toMatch(
      /\| drop +\| +5% \| ranking +\| recall@10 +\|.*\| membership +\| +90% \|.*\| +2\.5% \|/,
    );
    expect(text).toContain('1 run of the pair without a fault: 1 pass');
    expect(text).toContain('Seed 42');
  });

  it('says ≤ where the smallest rate that is tried was noticed', () => {
    const least = run({
      key: 'rate drop 0.000390625',
      purpose: 'rate',
      planted: [planted({ rate: 0.000390625 })],
      steps: [failing('membership of the candidate', ['ranking'])],
    });
    const text = renderMarkdown(drillDocument({ head, runs: [...runs, least] }));
    expect(text).toMatch(/\| drop .*\| +≤ 0\.0391% \|/);
  });

  it('comes out the same from the record that it is kept in', () => {
    const lines = [head, ...runs].map((row) => `${JSON.stringify(row)}\n`).join('');
    const record = readDrill(parseAppendLog(Buffer.from(`${lines}{"row":"run","key":"to`), 'x'));
    expect(record?.runs).toHaveLength(3);
    expect(record === null ? null : drillDocument(record)).toEqual(drillDocument({ head, runs }));
  });

  it('is refused where a line is no run', () => {
    const lines = `${JSON.stringify(head)}\n${JSON.stringify({ ...lesser, purpose: 'other' })}\n`;
    expect(() => readDrill(parseAppendLog(Buffer.from(lines), 'x'))).toThrow(
      'x:2: no run of a drill',
    );
  });
});
