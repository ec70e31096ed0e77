import type { ListReference } from './list-metrics.ts';

/** A metric that the package does not have, for lists of k rows; it is judged by a gate of one's own. */
export interface OwnMetric {
  /** Shown as `name@k`. */
  readonly name: string;
  /** What a list is held against. */
  readonly truth: 'exact' | 'judgments';
  /** In [0, 1], higher is better; null where it is undefined for the query. `list` holds document keys by rank. */
  readonly score: (
    list: readonly string[],
    depth: number,
    reference: ListReference,
  ) => number | null;
}

/** Family of metrics that the package does not have. */
export type OwnFamily = `own ${string}`;

/** The family of a metric by its name. */
export function ownFamily(name: string): OwnFamily {
  return `own ${name}`;
}

/** The name behind a family; null of a family of the package. */
export function ownName(family: string): string | null {
  return family.startsWith('own ') ? family.slice('own '.length) : null;
}
