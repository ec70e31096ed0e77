import type {
  AttributionRow,
  MeasureRow,
  Planted,
  RunRow,
  Step,
} from '../../../src/demo/drill/results/rows.ts';

/** A step that found nothing, but for what is given. */
export function step(change: Partial<Step> = {}): Step {
  return { step: 'retrieve', exitCode: 0, verdict: 'pass', failed: [], seconds: 1, ...change };
}

/** A step that failed one check. */
export function failing(check: string, observes: Step['failed'][number]['observes']): Step {
  return step({ exitCode: 1, verdict: 'fail', failed: [{ check, observes, reason: 'because' }] });
}

/** One planted fault. */
export function planted(change: Partial<Planted> = {}): Planted {
  return {
    kind: 'drop',
    rate: 0.05,
    seed: 1,
    declares: ['ranking'],
    component: 'membership',
    ...change,
  };
}

/** One run of a drill. */
export function run(change: Partial<RunRow> = {}): RunRow {
  const purpose = change.purpose ?? 'full';
  return {
    row: 'run',
    key: purpose,
    purpose,
    corpus: 'workers-200',
    planted: purpose === 'clean' ? [] : [planted()],
    querySeed: 1,
    steps: [step()],
    attribution: [],
    referenceRecall: 1,
    ...change,
  };
}

/** One measure of an account. */
export function measure(
  shares: Readonly<Record<string, number>>,
  change: Partial<MeasureRow> = {},
): MeasureRow {
  const sum = Object.values(shares).reduce((total, phi) => total + phi, 0);
  return {
    measure: '1 − RBO',
    total: sum,
    noiseFloor: 0,
    accepted: true,
    fidelity: { incumbent: 0, candidate: 0.01, across: 0.1 },
    shares: Object.entries(shares).map(([component, phi]) => ({
      component,
      phi,
      share: phi / sum,
    })),
    unexplained: 0,
    repair: Object.keys(shares),
    ...change,
  };
}

/** An account of one operation. */
export function account(
  measures: readonly MeasureRow[],
  status: AttributionRow['status'] = 'explained',
): AttributionRow[] {
  return [{ cell: 'retrieve', status, measures: [...measures] }];
}
