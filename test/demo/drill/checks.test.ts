import { describe, expect, it } from 'vitest';
import {
  changedDrift,
  failedGates,
  missedObjectives,
  refusal,
} from '../../../src/demo/drill/results/checks.ts';
import { type GateKind, gateOf } from '../../../src/gate/gate-kind.ts';
import type { GateResult, Verdict } from '../../../src/gate/verdict.ts';
import { ndcgAt, recallAt } from '../../../src/metrics/metric.ts';
import type { Findings } from '../../../src/parity/findings.ts';

function gate(kind: GateKind, change: Partial<GateResult> = {}): GateResult {
  const named = gateOf(kind);
  return {
    ...named,
    cell: 'retrieve',
    slice: null,
    unit: 'needs',
    n: 600,
    margin: 0.005,
    mean: -0.1,
    lower: -0.2,
    upper: -0.05,
    state: 'fail',
    regressed: true,
    parity: false,
    minimalDetectableEffect: null,
    decidesAt: null,
    p: null,
    pHolm: null,
    gated: true,
    reason: `${named.name} failed`,
    ...change,
  };
}

function failed(gates: readonly GateResult[], cell: object = {}) {
  const findings = {
    cells: [{ cell: 'retrieve', violations: [], failures: [], ...cell }],
  } as unknown as Findings;
  return failedGates({ gates } as unknown as Verdict, findings);
}

describe('what a failed gate observes', () => {
  it.each([
    ['recall@10', { type: 'quality', metric: recallAt(10) }, ['ranking']],
    ['ndcg@10', { type: 'quality', metric: ndcgAt(10) }, ['ranking']],
    ['agreement', { type: 'agreement' }, ['ranking']],
    ['membership of the candidate', { type: 'membership', side: 'candidate' }, ['ranking']],
    ['scores', { type: 'scores' }, ['score']],
    ['p50', { type: 'latency', quantile: 'p50' }, ['latency']],
    ['p95', { type: 'latency', quantile: 'p95' }, ['latency']],
    ['recall@10 of A′ against A', { type: 'noise', metric: recallAt(10) }, []],
  ] as const)('%s', (name, kind, observes) => {
    expect(failed([gate(kind)])).toEqual([{ check: name, observes, reason: `${name} failed` }]);
  });

  it('is nothing where it passed, could not decide, or is advisory', () => {
    const others = [
      gate({ type: 'quality', metric: recallAt(1) }, { state: 'pass' }),
      gate({ type: 'quality', metric: recallAt(5) }, { state: 'inconclusive' }),
      gate({ type: 'latency', quantile: 'p95' }, { gated: false }),
    ];
    expect(failed(others)).toEqual([]);
  });

  it('of the contract is a check a kind that the candidate alone has', () => {
    const violation = (side: string, kind: string) => ({
      side,
      kind,
      count: 1,
      of: 9,
      examples: [],
    });
    const checks = failed([gate({ type: 'contract' })], {
      violations: [
        violation('incumbent', 'short'),
        violation('candidate', 'short'),
        violation('candidate', 'duplicate-id'),
        violation('candidate', 'non-monotone'),
      ],
    });
    expect(checks.map(({ check, observes }) => [check, observes])).toEqual([
      ['contract: duplicate-id', ['contract', 'ranking']],
      ['contract: non-monotone', ['contract', 'score']],
    ]);
  });

  it('of the error rate follows from how the requests of the candidate ended', () => {
    const observes = (byOutcome: object) =>
      failed([gate({ type: 'errors' }, { cell: 'retrieve' })], {
        failures: [
          { side: 'incumbent', byOutcome: { 'http 500': 1 } },
          { side: 'candidate', byOutcome },
        ],
      })[0]?.observes;
    expect(observes({ timeout: 3 })).toEqual(['latency', 'contract']);
    expect(observes({ malformed: 3 })).toEqual(['wire', 'contract']);
    expect(observes({ 'http 500': 1, timeout: 1 })).toEqual(['wire', 'contract', 'latency']);
  });
});

describe('the other steps', () => {
  it('of a load keep the objectives that were missed', () => {
    const gates = [
      { key: 'gates.p95.maxMs', state: 'fail', gated: true, reason: 'above 25 ms' },
      { key: 'gates.p50.margin', state: 'fail', gated: false, reason: 'advisory' },
      { key: 'gates.errors.margin', state: 'inconclusive', gated: true, reason: 'few' },
    ];
    expect(missedObjectives(gates)).toEqual([
      { check: 'load: gates.p95.maxMs', observes: ['latency'], reason: 'above 25 ms' },
    ]);
  });

  it('of drift keep what is new and what has vanished, and nothing else that was said', () => {
    const said =
      'bench: new drift: search: – → results[].rank: added\nbench: vanished drift: embed: a → b: rename\n  hint: accept\n';
    expect(changedDrift(said).map(({ check, reason }) => [check, reason])).toEqual([
      ['drift: new', 'search: – → results[].rank: added'],
      ['drift: vanished', 'embed: a → b: rename'],
    ]);
    expect(changedDrift('bench: the drift is that of the catalogue\n')).toEqual([]);
  });

  it('that refuse to measure count where they name the candidate and how it answered', () => {
    expect(
      refusal(
        'bench: preflight: candidate http://127.0.0.1:4110/v1/embed: malformed: expected JSON, got text/html\n  hint: is this the gateway?\n',
      ),
    ).toEqual({
      check: 'preflight',
      observes: ['wire', 'contract'],
      reason: 'preflight: candidate /v1/embed: malformed: expected JSON, got text/html',
    });
    expect(refusal('bench: preflight: candidate x/search: timeout: 1000 ms\n')?.observes).toEqual([
      'latency',
      'contract',
    ]);
    expect(refusal('bench: preflight: incumbent x/embed: timeout: 1000 ms\n')).toBeNull();
    expect(refusal('bench: unexpected: Error: disk full\n')).toBeNull();
  });
});
