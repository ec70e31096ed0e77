import type { Findings } from '../../../parity/findings.ts';
import type { AttributionRow, MeasureRow } from './rows.ts';

/** What is kept of the account that a run gave of a disagreement. */
export function attributionRows({
  attribution = [],
}: Pick<Findings, 'attribution'>): AttributionRow[] {
  return attribution.map(({ cell, status, measures }) => ({
    cell,
    status,
    measures: measures.map((entry) => ({
      measure: entry.measure,
      total: entry.total,
      noiseFloor: entry.noiseFloor,
      accepted: entry.accepted,
      fidelity: {
        incumbent: entry.fidelity.incumbent,
        candidate: entry.fidelity.candidate,
        across: entry.fidelity.across,
      },
      shares: entry.shares.map(({ component, phi, share }) => ({
        component,
        phi: phi.mean,
        share,
      })),
      unexplained: entry.unexplained,
      repair: entry.repair === null ? null : [...entry.repair],
    })),
  }));
}

/** What a run attributed its disagreement to, in the measure in which the sides disagree most. */
export interface AttributedCause {
  readonly status: AttributionRow['status'];
  readonly measure: string;
  /** Component with the largest φ; null where nothing is attributed. */
  readonly top: string | null;
  /** Its φ over the sum of the positive ones. */
  readonly share: number | null;
  readonly repair: readonly string[] | null;
  readonly fidelity: MeasureRow['fidelity'];
}

/** The account of the operation and measure with the largest disagreement; null where there was no account. */
export function attributedTo(rows: readonly AttributionRow[]): AttributedCause | null {
  const told = rows.flatMap(({ status, measures }) =>
    measures.map((measure) => ({ status, measure })),
  );
  // A measure without an accepted replay tells nothing, however much the sides disagree in it.
  const candidates = told.some(({ measure }) => measure.accepted)
    ? told.filter(({ measure }) => measure.accepted)
    : told;
  const largest = candidates.reduce<(typeof told)[number] | null>(
    (best, entry) => (best === null || entry.measure.total > best.measure.total ? entry : best),
    null,
  );
  if (largest === null) return null;
  const { status, measure } = largest;
  const top = [...measure.shares].sort((a, b) => b.phi - a.phi)[0];
  return {
    status,
    measure: measure.measure,
    top: top === undefined || top.phi <= 0 ? null : top.component,
    share: top?.share ?? null,
    repair: measure.repair,
    fidelity: measure.fidelity,
  };
}
