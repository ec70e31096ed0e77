import type { Bounds } from './figures.ts';

/** How two arms' lists agree, means over queries. */
export interface AgreementFinding {
  readonly pair: 'A·B' | 'A·A′' | 'B·B′';
  readonly n: number;
  /** Pairs that are left out: neither answer has a row though there are documents to find; absent where there are none. */
  readonly withoutRows?: number;
  readonly overlap: number | null;
  readonly jaccard: number | null;
  readonly rbo: number | null;
  readonly rboResidual: number | null;
  readonly kendallTauB: number | null;
  readonly top1: {
    readonly agree: number;
    readonly n: number;
    readonly rate: number | null;
  } & Bounds;
  /** Queries whose lists are the same to the last rank. */
  readonly identical: number;
  /** Rank → number of queries that first differ there. */
  readonly firstDivergentRank: Readonly<Record<string, number>>;
}

/** Disagreement above the noise floor, per need, with its two-sided 90% interval. */
export interface ExcessFinding extends Bounds {
  readonly measure: '1 − overlap' | '1 − RBO';
  readonly mean: number | null;
  readonly n: number;
}

export interface ScoreDriftFinding {
  readonly nCommon: number;
  readonly maxAbs: number | null;
  readonly meanSigned: number | null;
  readonly rmse: number | null;
  readonly pearson: number | null;
  readonly slope: number | null;
  readonly intercept: number | null;
  /** 99th percentile of |s_A − s_A′| and |s_B − s_B′| over matched ids: each side's own score noise. */
  readonly epsilonIncumbent: number | null;
  readonly epsilonCandidate: number | null;
}
