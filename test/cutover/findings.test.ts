import { describe, expect, test } from 'vitest';
import type { CutoverCheck } from '../../src/cutover/find/check.ts';
import { type CutoverFindings, cutoverFindings } from '../../src/cutover/find/findings.ts';
import { judgeCutover } from '../../src/cutover/judge/judge-cutover.ts';
import type {
  CutoverAnswer,
  CutoverExchange,
  CutoverObservations,
  CutoverStage,
} from '../../src/cutover/record/observations.ts';

const SETTING = 'GO_LAKEHOUSE_URL';

function answer(changes: Partial<CutoverAnswer> = {}): CutoverAnswer {
  return {
    status: 200,
    failure: null,
    headers: 'content-type: text/plain',
    bodySha256: 'aa',
    sizeBytes: 12,
    latencyMs: 1,
    frontendError: null,
    json: null,
    ...changes,
  };
}

const SHUT = answer({
  status: 503,
  frontendError: 'cutover-shut',
  json: { error: `set ${SETTING}`, verdict: null },
});
const LOST = answer({ status: null, failure: 'ECONNRESET' });

/** A cutover with nothing wrong, seen in every stage. */
function sound(): CutoverObservations {
  const seen = (
    side: 'incumbent' | 'candidate',
    stages: readonly CutoverStage[],
    what: CutoverAnswer,
  ): CutoverExchange[] =>
    stages.map((stage) => ({ side, route: 'GET /health', stage, answer: what }));
  return {
    frontend: 'embedded',
    setting: SETTING,
    routedPath: null,
    exchanges: [
      ...seen(
        'incumbent',
        ['direct', 'direct again', 'shut', 'open', 'open, candidate hung', 'shut again'],
        answer(),
      ),
      ...seen('candidate', ['direct', 'direct again', 'open'], answer({ bodySha256: 'bb' })),
      ...seen('candidate', ['shut', 'shut again'], SHUT),
    ],
    loads: [{ state: 'hung', sent: 9, answered: { '504 candidate-timeout': 9 }, unanswered: {} }],
    latencies: [],
    writes: [
      {
        kind: 'index',
        writer: 'incumbent',
        written: 'yes',
        seenByWriter: true,
        seenByOther: false,
        statuses: [200, 200, 404],
      },
    ],
  };
}

const find = (observations: CutoverObservations, gatesP95 = false): CutoverFindings =>
  cutoverFindings(observations, { p95Margin: 0.1, gatesP95 });
const check = (findings: CutoverFindings, name: string): CutoverCheck | undefined =>
  findings.checks.find((one) => one.name === name);

/** The sound cutover with one answer replaced. */
function withAnswer(side: 'incumbent' | 'candidate', stage: CutoverStage, what: CutoverAnswer) {
  const base = sound();
  return {
    ...base,
    exchanges: base.exchanges.map((one) =>
      one.side === side && one.stage === stage ? { ...one, answer: what } : one,
    ),
  };
}

test('a cutover with nothing wrong passes', () => {
  const findings = find(sound());
  expect(findings.checks.filter(({ state }) => state !== 'pass')).toEqual([]);
  expect(judgeCutover(findings).state).toBe('pass');
});

describe('each fault is found where it is', () => {
  test.each([
    ['another status', 'open', answer({ status: 201 }), 'cutover open', 'status 200 → 201'],
    ['another byte', 'shut', answer({ bodySha256: 'cc' }), 'cutover shut', 'body'],
    ['another header', 'open', answer({ headers: 'x: 1' }), 'cutover open', '+x: 1'],
    ['no answer', 'shut again', LOST, 'shut again: old routes', 'ECONNRESET'],
    [
      'a change while the candidate hangs',
      'open, candidate hung',
      answer({ status: 502 }),
      "candidate hung: the incumbent's answers",
      'status 200 → 502',
    ],
  ] as const)('%s of the incumbent', (_what, stage, planted, name, example) => {
    const findings = find(withAnswer('incumbent', stage, planted));
    expect(judgeCutover(findings).state).toBe('fail');
    expect(check(findings, name)?.state).toBe('fail');
    expect(check(findings, name)?.examples[0]).toContain(example);
  });

  test.each([
    ['an answer while shut', answer(), 'status 200'],
    ['a rationale without the setting', answer({ status: 503, json: { verdict: null } }), SETTING],
    ['one without the verdict', answer({ status: 503, json: { a: SETTING } }), 'verdict'],
    ['no JSON', answer({ status: 503 }), 'no JSON'],
    ['none at all', LOST, 'ECONNRESET'],
  ])('%s', (_what, planted, example) => {
    const findings = find(withAnswer('candidate', 'shut again', planted));
    expect(judgeCutover(findings).state).toBe('fail');
    expect(check(findings, 'shut again: rationale')?.examples[0]).toContain(example);
  });

  test('two requests that both failed do not agree', () => {
    const base = sound();
    const exchanges = base.exchanges.map((one) =>
      one.side === 'candidate' && ['direct', 'open'].includes(one.stage)
        ? { ...one, answer: LOST }
        : one,
    );
    expect(check(find({ ...base, exchanges }), 'passed on')?.state).not.toBe('pass');
  });

  test('a request to the candidate that is lost, or a state that was not what it is called', () => {
    const lost = { state: 'hung', sent: 2, answered: { 200: 1 }, unanswered: { ECONNRESET: 1 } };
    const tame = { state: 'hung', sent: 2, answered: { 200: 2 }, unanswered: {} };
    const name = 'candidate hung: its own requests';
    const of = (load: object) => find({ ...sound(), loads: [load as never] });
    expect(check(of(lost), name)).toMatchObject({ state: 'fail', examples: ['1 × ECONNRESET'] });
    expect(check(of(tame), name)?.state).toBe('inconclusive');
    expect(judgeCutover(of(tame)).state).toBe('inconclusive');
  });

  test.each([
    [{ seenByOther: true }, 'fail'],
    [{ seenByWriter: false }, 'inconclusive'],
    [{ seenByOther: null }, 'inconclusive'],
    [{ written: 'not offered', seenByWriter: null, seenByOther: null }, 'not verified'],
  ] as const)('what is written: %o is %s', (changes, state) => {
    const writes = sound().writes.map((write) => ({ ...write, ...changes }));
    const findings = find({ ...sound(), writes });
    expect(check(findings, 'index written through the incumbent')?.state).toBe(state);
    expect(judgeCutover(findings).state).toBe(state === 'fail' ? 'fail' : 'inconclusive');
  });
});

describe('a route is confined', () => {
  const MOVED = answer({ headers: 'x-frontend-route: candidate', bodySha256: 'ee' });
  const STAGES = ['routed', 'routed, no key', 'routed, no verdict', 'routed, candidate killed'];
  /** The sound cutover with a route of its own, and one answer of some request replaced. */
  function routed(at: string, route: string, planted: CutoverAnswer): CutoverObservations {
    const base = sound();
    const asked = base.exchanges.filter(
      ({ side, stage }) => side === 'incumbent' && stage !== 'open',
    );
    const retrieval = 'POST /vectors/hybrid';
    const named = (name: string, stage: CutoverStage, what = answer()): CutoverExchange => ({
      side: 'incumbent',
      route: name,
      stage,
      answer: stage === at && name === route ? planted : what,
    });
    return {
      ...base,
      routedPath: '/vectors/hybrid',
      exchanges: [
        ...base.exchanges,
        ...asked.map(({ stage }) => named(retrieval, stage)),
        named(retrieval, 'open'),
        ...(STAGES as CutoverStage[]).flatMap((stage) => [
          named('GET /health', stage),
          named(retrieval, stage, stage === 'routed' ? MOVED : answer()),
        ]),
      ],
    };
  }

  test('where the candidate answers its share, and nothing else', () => {
    const findings = find(routed('', '', answer()));
    expect(findings.checks.filter(({ state }) => state !== 'pass')).toEqual([]);
    expect(judgeCutover(findings).state).toBe('pass');
  });

  test.each([
    ['routed', 'GET /health', MOVED, 'routed: every other path'],
    ['routed', 'POST /vectors/hybrid', answer(), 'routed: the candidate answers its share'],
    ['routed', 'POST /vectors/hybrid', LOST, 'routed: the candidate answers its share'],
    ['routed, no key', 'POST /vectors/hybrid', MOVED, 'routed: requests without a key'],
    ['routed, no verdict', 'POST /vectors/hybrid', MOVED, 'routed: while no verdict stands'],
    [
      'routed, candidate killed',
      'POST /vectors/hybrid',
      LOST,
      'routed: while the candidate is killed',
    ],
    ['routed, candidate killed', 'GET /health', LOST, 'routed: while the candidate is killed'],
  ])('not in stage "%s" of %s', (stage, route, planted, name) => {
    const findings = find(routed(stage, route, planted));
    expect(check(findings, name)?.state).toBe('fail');
    expect(judgeCutover(findings).state).toBe('fail');
  });

  test.each(STAGES)('not proved without stage "%s"', (stage) => {
    const whole = routed('', '', answer());
    const exchanges = whole.exchanges.filter((one) => one.stage !== stage);
    const findings = find({ ...whole, exchanges });
    expect(findings.unproved).toEqual(['confined']);
    expect(judgeCutover(findings).state).toBe('inconclusive');
  });
});

describe('what was not looked at is not proved', () => {
  test.each(['shut', 'open', 'shut again'] as const)('no stage "%s"', (stage) => {
    const base = sound();
    const exchanges = base.exchanges.filter((one) => one.stage !== stage);
    const findings = find({ ...base, exchanges });
    expect(judgeCutover(findings).state).toBe('inconclusive');
    expect(findings.unproved).toContain('reversible');
    expect(findings.notVerified.length).toBeGreaterThan(0);
  });

  test('a route that answers differently twice over is named and not compared', () => {
    const findings = find(withAnswer('incumbent', 'direct again', answer({ bodySha256: 'dd' })));
    expect(check(findings, 'cutover open')).toMatchObject({ state: 'not verified', n: 0 });
    expect(check(findings, 'cutover open')?.detail).toContain('different twice over: GET /health');
    expect(judgeCutover(findings).state).toBe('inconclusive');
  });
});

describe("the incumbent's p95 is a ratio over pairs of blocks with its interval", () => {
  const blocks = (pairs: number, ms: (at: number) => number | null) =>
    Array.from({ length: pairs }, (_, pair) =>
      Array.from({ length: 200 }, (_, at) => {
        const value = ms(at);
        return value === null ? null : value * (1 + pair / 1000);
      }),
    );
  const p95 = (pairs: number, loaded: (at: number) => number | null, gated = false) => {
    const latency = {
      state: 'hung',
      quiet: blocks(pairs, () => 10),
      loaded: blocks(pairs, loaded),
    } as const;
    return check(
      find({ ...sound(), latencies: [latency] }, gated),
      "candidate hung: the incumbent's p95",
    );
  };

  test('the same passes, 1.5 times fails, fewer than 12 pairs are not enough', () => {
    expect(p95(12, () => 10)).toMatchObject({ state: 'pass', n: 12, unit: 'block pairs' });
    const slower = p95(12, () => 15);
    expect(slower?.state).toBe('fail');
    // Every pair has the ratio 1.5, so the interval is that point.
    expect(slower?.ratio?.ratio).toBeCloseTo(1.5, 12);
    expect(slower?.ratio?.lower).toBeCloseTo(1.5, 12);
    expect(p95(11, () => 10)?.state).toBe('inconclusive');
    expect(p95(0, () => 10)?.state).toBe('not verified');
  });

  test('an incumbent without an answer fails, however few', () => {
    const state = p95(12, (at) => (at === 0 ? null : 10))?.state;
    expect(state).toBe('fail');
  });

  test('it is advisory unless it is made to decide', () => {
    expect(p95(12, () => 15)?.gated).toBe(false);
    expect(p95(12, () => 15, true)?.gated).toBe(true);
  });
});
