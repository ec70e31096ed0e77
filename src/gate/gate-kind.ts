import { type Metric, metricLabel } from '../metrics/metric.ts';
import type { IncumbentFailures } from '../parity/findings.ts';
import type { Side } from '../record/types.ts';

/** What a gate is about. Decisions read the kind; the name is for people. */
export type GateKind =
  /** A metric of the ranked lists, candidate against incumbent. */
  | { readonly type: 'quality'; readonly metric: Metric }
  /** The same metric, incumbent against itself. */
  | { readonly type: 'noise'; readonly metric: Metric }
  /** Requests that the incumbent failed in one phase: about their queries nothing is known. */
  | { readonly type: 'incumbent errors'; readonly phase: IncumbentFailures['phase'] }
  /** Answers of the incumbent without a row though documents match: they compare with nothing. */
  | { readonly type: 'incumbent rows' }
  /** Whether a side finds every document by its own text. */
  | { readonly type: 'membership'; readonly side: Side }
  /** Whether the candidate's lists keep the contract of a ranked list. */
  | { readonly type: 'contract' }
  /** How often the candidate breaks it by itself, against the most that is tolerated. */
  | { readonly type: 'contract ceiling' }
  /** Requests that fail on the candidate's side alone. */
  | { readonly type: 'errors' }
  /** Disagreement of the two sides' lists beyond noise. */
  | { readonly type: 'agreement' }
  /** Similarities of the same documents. */
  | { readonly type: 'scores' }
  /** Whether both sides embed the same texts alike. */
  | { readonly type: 'embedding' }
  /** A metric of the candidate by itself, against the least that is wanted. */
  | { readonly type: 'floor'; readonly metric: Metric }
  /** Whether the candidate stores every document that the incumbent stores. */
  | { readonly type: 'listing' }
  /** Whether it stores the same vectors. */
  | { readonly type: 'stored vectors' }
  /** A metric over several builds of the candidate's index. */
  | { readonly type: 'builds'; readonly metric: Metric }
  /** Whether both sides were compared at equal recall. */
  | { readonly type: 'equal recall' }
  /** A claim that the package does not make. */
  | { readonly type: 'own'; readonly name: string }
  /** A quantile of latency, candidate over incumbent. */
  | { readonly type: 'latency'; readonly quantile: 'p50' | 'p95' };

/** A kind with its name, as every result of a gate begins. */
export interface NamedGate {
  /** For people, e.g. `recall@10`. */
  readonly name: string;
  readonly kind: GateKind;
}

/** A kind with its name. */
export function gateOf(kind: GateKind): NamedGate {
  return { name: nameOf(kind), kind };
}

function nameOf(kind: GateKind): string {
  switch (kind.type) {
    case 'quality':
      return metricLabel(kind.metric);
    case 'noise':
      return `noise of ${metricLabel(kind.metric)}`;
    case 'incumbent errors':
      return `error rate of the incumbent in ${kind.phase}`;
    case 'incumbent rows':
      return 'answers of the incumbent without a row';
    case 'membership':
      return `membership of the ${kind.side}`;
    case 'builds':
      return `${metricLabel(kind.metric)} over builds`;
    case 'floor':
      return `least ${metricLabel(kind.metric)}`;
    case 'errors':
      return 'error rate';
    case 'latency':
      return kind.quantile;
    case 'own':
      return kind.name;
    case 'contract ceiling':
      return 'most contract violations';
    case 'contract':
    case 'equal recall':
    case 'listing':
    case 'stored vectors':
    case 'agreement':
    case 'scores':
    case 'embedding':
      return kind.type;
  }
}
