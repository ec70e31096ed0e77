import type { JudgedGate } from '../verdict.ts';

/** What one objective of a load is about. */
export type LoadGateKind =
  /** A quantile of the response time, candidate over incumbent. */
  | { readonly type: 'ratio'; readonly quantile: 'p50' | 'p95' }
  /** A quantile of the candidate's response time against a limit in milliseconds. */
  | { readonly type: 'limit'; readonly quantile: 'p50' | 'p95' | 'p99' }
  /** Requests that fail on the candidate's side alone. */
  | { readonly type: 'errors' }
  /** Recall of the answers, against the incumbent's or against the least that is wanted. */
  | { readonly type: 'recall'; readonly against: 'incumbent' | 'least' }
  /** Answers that belong to another request: nobody has to configure it. */
  | { readonly type: 'answers' };

/** One objective at one rate: its evidence and its answer. Bounds are one-sided at 95%. */
export interface LoadGate extends JudgedGate<LoadGateKind> {
  readonly ratePerSecond: number;
  readonly unit: 'block pairs' | 'requests' | 'request pairs' | 'needs';
  readonly margin: number;
}

/** A result before it is known whether the verdict depends on it. */
export type Ungated = Omit<LoadGate, 'gated'>;

/** The answer of one objective with its reason. */
export type JudgedObjective = Pick<LoadGate, 'state' | 'reason'>;

/** How every result begins. */
export function loadGateOf(kind: LoadGateKind, ratePerSecond: number) {
  const name = `${objectiveName(kind)} at ${Math.round(ratePerSecond)}/s`;
  return { name, kind, ratePerSecond } as const;
}

/** What an objective is called, for people. */
export function objectiveName(kind: LoadGateKind): string {
  switch (kind.type) {
    case 'ratio':
      return `${kind.quantile} against the incumbent`;
    case 'limit':
      return `${kind.quantile} limit in ms`;
    case 'errors':
      return 'error rate';
    case 'recall':
      return kind.against === 'least' ? 'least recall' : 'recall against the incumbent';
    case 'answers':
      return 'answers of other requests';
  }
}

/** The key of the configuration that sets an objective; null for what nobody has to configure. */
export function objectiveKey(kind: LoadGateKind): string | null {
  switch (kind.type) {
    case 'ratio':
      return `gates.${kind.quantile}.margin`;
    case 'limit':
      return `gates.${kind.quantile}.maxMs`;
    case 'errors':
      return 'gates.errors.margin';
    case 'recall':
      return `gates.recallUnderLoad.${kind.against === 'least' ? 'min' : 'margin'}`;
    case 'answers':
      return null;
  }
}

/** A driver that was late excuses times, and never what was answered: rows, or an error of the backend's own. */
export function isAboutAnswers({ type }: LoadGateKind): boolean {
  return type === 'recall' || type === 'answers' || type === 'errors';
}

/** Whether it is judged by how long requests took. */
export function isAboutLatency({ type }: LoadGateKind): boolean {
  return type === 'ratio' || type === 'limit';
}
