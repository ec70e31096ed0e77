import { randomOf } from '../../stats/random.ts';
import type {
  Arrival,
  BaselineAnswer,
  CapturedNeed,
  CapturedTraffic,
} from '../../traffic/capture-record.ts';
import { type AskedQuestion, needOf, type TrafficQuestion } from '../../traffic/question.ts';
import { stratifiedSample, stratumOf } from './strata.ts';

/** How much is kept, and by which draw. */
export interface GatherOptions {
  /** Most needs that are kept. */
  readonly needs: number;
  readonly seed: number;
}

interface Gathered {
  readonly question: TrafficQuestion;
  count: number;
  redacted: boolean;
  baseline: BaselineAnswer | null;
}

/**
 * Questions as needs with their frequency, sampled by strata; a need's depths and wording are those of its first
 * question in time, in whatever order the files were named. Arrivals of needs that were not kept go to a need of the same stratum, so that the pace stays.
 */
export function gatherTraffic(
  asked: readonly AskedQuestion[],
  { needs: size, seed }: GatherOptions,
): CapturedTraffic {
  const byNeed = new Map<string, Gathered>();
  const indexOf = new Map<string, number>();
  const arrivals: { atMs: number; need: number }[] = [];
  for (const entry of inOrderOfTime(asked)) {
    const key = needOf(entry.question);
    const index = indexOf.get(key) ?? indexOf.size;
    indexOf.set(key, index);
    if (entry.atMs !== null) arrivals.push({ atMs: entry.atMs, need: index });
    add(byNeed, key, entry);
  }
  const all = [...byNeed.values()];
  const kept = stratifiedSample(
    all.map(({ count }) => count),
    size,
    seed,
  );
  const seen = countBy(all.map(({ count }) => stratumOf(count)));
  const taken = countBy(kept.map((index) => stratumOf(all[index]?.count ?? 0)));
  const needs = kept.flatMap((index): CapturedNeed[] => {
    const need = all[index];
    if (need === undefined) return [];
    const stratum = stratumOf(need.count);
    const represents = (seen.get(stratum) ?? 1) / (taken.get(stratum) ?? 1);
    return [{ ...need, id: `need-${String(index + 1).padStart(6, '0')}`, stratum, represents }];
  });
  arrivals.sort((a, b) => a.atMs - b.atMs);
  const placed = placedArrivals(arrivals, { all, kept, seed });
  return {
    needs,
    ...placed,
    needsSeen: all.length,
    requests: asked.length,
    firstAtMs: arrivals[0]?.atMs ?? null,
    lastAtMs: arrivals.at(-1)?.atMs ?? null,
  };
}

/** Questions by when they were asked; one without a time stays behind the one before it. */
function inOrderOfTime(asked: readonly AskedQuestion[]): AskedQuestion[] {
  let atMs = Number.NEGATIVE_INFINITY;
  const timed = asked.map((entry) => {
    atMs = entry.atMs ?? atMs;
    return { entry, atMs };
  });
  return timed
    .toSorted((a, b) => (a.atMs === b.atMs ? 0 : a.atMs - b.atMs))
    .map(({ entry }) => entry);
}

function add(byNeed: Map<string, Gathered>, key: string, entry: AskedQuestion): void {
  const { question, redacted, answer, atMs } = entry;
  const known = byNeed.get(key) ?? { question, count: 0, redacted: false, baseline: null };
  byNeed.set(key, known);
  known.count += 1;
  known.redacted ||= redacted;
  // Another depth is another list.
  const { k, perCollectionK } = known.question;
  if (question.k !== k || question.perCollectionK !== perCollectionK) return;
  if (answer?.outcome !== 'ok') return;
  const before = known.baseline;
  known.baseline =
    before === null
      ? { atMs, answer, earlier: null }
      : { atMs, answer, earlier: before.earlier ?? before.answer };
}

function placedArrivals(
  arrivals: readonly Arrival[],
  {
    all,
    kept,
    seed,
  }: {
    readonly all: readonly { readonly count: number }[];
    readonly kept: readonly number[];
    readonly seed: number;
  },
): Pick<CapturedTraffic, 'arrivals' | 'standIns'> {
  const placeOf = new Map(kept.map((index, place) => [index, place]));
  const byStratum = Map.groupBy(kept, (index) => stratumOf(all[index]?.count ?? 0));
  const random = randomOf(seed ^ 0x7ea5);
  const origin = arrivals[0]?.atMs ?? 0;
  let standIns = 0;
  const placed = arrivals.flatMap(({ atMs, need }): Arrival[] => {
    let place = placeOf.get(need);
    if (place === undefined) {
      const others = byStratum.get(stratumOf(all[need]?.count ?? 0)) ?? kept;
      if (others.length === 0) return [];
      place = placeOf.get(others[random.integer(0, others.length - 1)] ?? -1);
      standIns += 1;
    }
    return place === undefined ? [] : [{ atMs: atMs - origin, need: place }];
  });
  return { arrivals: placed, standIns };
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
