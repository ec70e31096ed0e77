/** Identity of a document in a ranked list. */
export type Key = string | number;

/** Recall of one answer, with what it was counted from. */
export interface Recall {
  /** In [0, 1]; null where the truth list is empty or k is 0. */
  readonly recall: number | null;
  /** Different documents among the first k rows that are in the truth's first k. */
  readonly hits: number;
  /** min(k, number of truth documents). */
  readonly denom: number;
  /** Rows among the first k that repeat an earlier one; each used up a slot. */
  readonly duplicates: number;
  /** Whether fewer than k rows came back. */
  readonly short: boolean;
}

/**
 * recall@k by identity: |T_k ∩ uniq(G_1..k)| / min(k, |T|).
 *
 * `truth` is best first and may be padded with null or −1; `got` is in the order of the response.
 * It is cut to k rows before duplicates are dropped, so a duplicate is a wasted slot.
 */
export function recallAtK(truth: readonly (Key | null)[], got: readonly Key[], k: number): Recall {
  const nearest = truth.filter((key) => key !== null && key !== -1).slice(0, k);
  const rows = got.slice(0, k);
  const unique = new Set(rows);
  const wanted = new Set(nearest);
  let hits = 0;
  for (const key of unique) if (wanted.has(key)) hits++;
  const denom = nearest.length;
  return {
    recall: denom === 0 ? null : hits / denom,
    hits,
    denom,
    duplicates: rows.length - unique.size,
    short: got.length < k,
  };
}
