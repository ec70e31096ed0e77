/** What stands before and behind a key. */
export interface Affix {
  readonly prefix: string;
  readonly suffix: string;
  /** Whether it is the incumbent's keys that have it. */
  readonly ofIncumbent: boolean;
}

/** Pairs of responses in which a text around keys is sought. */
const LOOKED_AT = 20;
/** Share of the keys that must have it. */
const LEAST = 0.5;

/**
 * What most keys of one side have around a key of the other: one text before or behind all of them. Null where there
 * is none.
 * @param lists the keys of both sides in each pair of responses
 */
export function affixOf(
  lists: readonly {
    readonly incumbent: readonly string[];
    readonly candidate: readonly string[];
  }[],
): Affix | null {
  const counts = new Map<string, { readonly affix: Affix; readonly count: number }>();
  let keys = 0;
  for (const { incumbent, candidate } of lists.slice(0, LOOKED_AT)) {
    keys += Math.min(incumbent.length, candidate.length);
    for (const ours of incumbent) {
      for (const theirs of candidate) {
        const affix = between(ours, theirs);
        if (affix === null) continue;
        const name = JSON.stringify(affix);
        counts.set(name, { affix, count: (counts.get(name)?.count ?? 0) + 1 });
      }
    }
  }
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  return best === undefined || best.count < LEAST * keys ? null : best.affix;
}

/** What the longer of two keys has around the shorter; null where it does not hold it at an end. */
function between(ours: string, theirs: string): Affix | null {
  const [short, long] = ours.length < theirs.length ? [ours, theirs] : [theirs, ours];
  if (short.length === long.length || short === '') return null;
  const rest = long.length - short.length;
  const ofIncumbent = long === ours;
  if (long.endsWith(short)) return { prefix: long.slice(0, rest), suffix: '', ofIncumbent };
  return long.startsWith(short) ? { prefix: '', suffix: long.slice(-rest), ofIncumbent } : null;
}

/** The key as both sides would write it: without what one of them puts around it. */
export function bare(value: string, affix: Affix | undefined, ofIncumbent: boolean): string {
  if (affix === undefined || affix.ofIncumbent !== ofIncumbent) return value;
  const { prefix, suffix } = affix;
  return value.startsWith(prefix) && value.endsWith(suffix)
    ? value.slice(prefix.length, value.length - suffix.length)
    : value;
}
