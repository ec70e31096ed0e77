import type { FieldMapping } from '../../wire/field-mapping.ts';
import type { Scenario } from '../record/raw-replies.ts';

/**
 * `shape`: the same value under another name or in another form; `meaning`: a value that means something else
 * to some readers; `additive`: something that only the candidate has; `breaking`: something that is lost.
 */
export type Severity = 'shape' | 'meaning' | 'additive' | 'breaking';

/** One difference between what two sides say over the wire. */
export interface DriftRow {
  readonly endpoint: string;
  readonly scenario: Scenario;
  /** Null where only the candidate has the field. */
  readonly incumbentPath: string | null;
  readonly candidatePath: string | null;
  /** E.g. `rename`, `L2-normalise`, `affine: −1 · x + 1`, `missing`, `added`, `differs: 400 → 422`. */
  readonly operation: string;
  readonly severity: Severity;
  /** Pairs of values that the row rests on. */
  readonly support: number;
  /** Share of the held-out pairs of values that bear it out; null for a field that has no counterpart. */
  readonly heldOutAgreement: number | null;
  readonly lossy: boolean;
  /** Measured figures of the change, e.g. by how much lengths differ; null where there are none. */
  readonly detail: string | null;
}

/** What was found out about one endpoint in one scenario. */
export interface DriftDiscovery {
  readonly endpoint: string;
  readonly scenario: Scenario;
  readonly rows: readonly DriftRow[];
  /** Every accepted mapping, identical fields included: what the adapter is made of. */
  readonly mappings: readonly FieldMapping[];
  /** Paths, by side, whose values differ from one request to the same request again. */
  readonly volatile: {
    readonly incumbent: readonly string[];
    readonly candidate: readonly string[];
  };
  /** Share of held-out responses whose adapted fields all equal the incumbent's; null without mappings. */
  readonly adapterAgreement: number | null;
  readonly pairs: number;
}
