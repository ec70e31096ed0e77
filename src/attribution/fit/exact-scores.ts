import type { RankedAnswer, SideRecord } from '../types.ts';

/** Relative difference of two scores of one pair up to which they are of the same vectors. */
const SAME = 1e-5;

/**
 * The record without the scores of the side's own exact search, where they are not those of its index: an index of
 * codes is searched by the codes, and its store exactly by the vectors themselves. What its rows are is kept.
 */
export function withScoresOfIndex(record: SideRecord): SideRecord {
  const { exact } = record;
  if (exact === undefined || isScoredAlike(record, exact)) return record;
  return { ...record, exact: withoutScores(exact) };
}

/** Answers whose scores say nothing. */
export function withoutScores(
  answers: ReadonlyMap<string, RankedAnswer>,
): Map<string, RankedAnswer> {
  return new Map([...answers].map(([key, answer]) => [key, { ...answer, scores: [] }]));
}

/** Whether most rows that both kinds of search give have one score in both. */
function isScoredAlike(
  { deep, answers }: SideRecord,
  exact: ReadonlyMap<string, RankedAnswer>,
): boolean {
  let both = 0;
  let off = 0;
  for (const [id, answer] of exact) {
    const own = new Map([answers.get(id), deep.get(id)].flatMap(scored));
    for (const [key, other] of scored(answer)) {
      const one = own.get(key);
      if (one === undefined) continue;
      both += 1;
      if (Math.abs(one - other) > SAME * Math.max(1, Math.abs(one), Math.abs(other))) off += 1;
    }
  }
  return off <= both / 2;
}

function scored(answer: RankedAnswer | undefined): [string, number][] {
  return (answer?.keys ?? []).flatMap((key, rank): [string, number][] => {
    const score = answer?.scores[rank];
    return score === undefined || !Number.isFinite(score) ? [] : [[key, score]];
  });
}
