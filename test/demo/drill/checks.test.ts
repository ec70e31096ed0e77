import { describe, expect, it } from 'vitest';
import {
  changedDrift,
  failedGates,
  missedObjectives,
  refusal,
} from '../../../src/demo/drill/results/checks.ts';
import type { DriftRow } from '../../../src/drift/find/types.ts';
import { InfrastructureError } from '../../../src/errors.ts';
import { type GateKind, gateOf } from '../../../src/gate/gate-kind.ts';
import type { LoadGate, LoadGateKind } from '../../../src/gate/load/load-gate.ts';
import type { GateResult, GateState, Verdict } from '../../../src/gate/verdict.ts';
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
    ['noise of recall@10', { type: 'noise', metric: recallAt(10) }, []],
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
    const judged = (kind: LoadGateKind, state: GateState, gated: boolean, reason: string) =>
      ({ kind, state, gated, reason }) as LoadGate;
    const gates = [
      judged({ type: 'limit', quantile: 'p95' }, 'fail', true, 'above 25 ms'),
      judged({ type: 'ratio', quantile: 'p50' }, 'fail', false, 'advisory'),
      judged({ type: 'errors' }, 'inconclusive', true, 'few'),
    ];
    expect(missedObjectives(gates)).toEqual([
      { check: 'load: gates.p95.maxMs', observes: ['latency'], reason: 'above 25 ms' },
    ]);
  });

  it('of drift keep what is new and what has vanished, three of each', () => {
    const row = (endpoint: string): DriftRow => ({
      endpoint,
      scenario: 'success',
      incumbentPath: null,
      candidatePath: 'results[].rank',
      operation: 'added',
      severity: 'additive',
      support: 20,
      heldOutAgreement: null,
      lossy: false,
      detail: null,
    });
    const checks = changedDrift({
      fresh: ['search', 'retrieve', 'embed', 'sql'].map(row),
      vanished: [row('chat')],
    });
    expect(checks.map(({ check, observes }) => [check, observes])).toEqual([
      ['drift: new', ['wire']],
      ['drift: new', ['wire']],
      ['drift: new', ['wire']],
      ['drift: vanished', ['wire']],
    ]);
    expect(checks[0]?.reason).toContain('results[].rank');
    expect(changedDrift({ fresh: [], vanished: [] })).toEqual([]);
  });

  it('that refuse to measure count where they name the candidate and how it answered', () => {
    const url = 'http://127.0.0.1:4110';
    const refused = (side: string, outcome: string) =>
      refusal(
        new InfrastructureError(
          'preflight',
          `preflight: ${side} ${url}/v1/embed: ${outcome}: why`,
          {
            context: { side, operation: 'embed', outcome },
          },
        ),
        url,
      );
    expect(refused('candidate', 'malformed')).toEqual({
      check: 'preflight',
      observes: ['wire', 'contract'],
      reason: 'preflight: candidate /v1/embed: malformed: why',
    });
    expect(refused('candidate', 'timeout')?.observes).toEqual(['latency', 'contract']);
    expect(refused('incumbent', 'timeout')).toBeNull();
    const other = new InfrastructureError('truth-lint', 'the candidate is only named here');
    expect(refusal(other, url)).toBeNull();
  });
});
