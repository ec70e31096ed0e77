import { valueAt } from '../../../wire/field-mapping.ts';
import { elementFields, elementsAt } from './fields.ts';
import { type Affix, affixOf, bare } from './key-affix.ts';

/** Two lists, and the key of each that tells its elements. */
export interface ListKeys {
  readonly incumbentList: string;
  readonly candidateList: string;
  readonly incumbentKey: string;
  readonly candidateKey: string;
  /** What the candidate's keys have before or behind the incumbent's; absent where they are the same. */
  readonly affix?: Affix;
}

/** Two lists whose elements are matched by the values of a key of each. */
export interface ListMatch extends ListKeys {
  /** Mean share of key values that both lists hold. */
  readonly score: number;
  /** Share of the held-out pairs with elements on both sides in which at least half of the shorter list's keys are common. */
  readonly heldOutAgreement: number;
}

/** Share of common key values from which two lists are taken for the same. */
const LEAST = 0.5;

/**
 * The best pair of keys for two lists over all responses: values must name an element (be distinct within a
 * list) and be held by both. Elements are never matched by position.
 */
export function matchLists(
  incumbents: readonly unknown[],
  candidates: readonly unknown[],
  incumbentList: string,
  candidateList: string,
): Omit<ListMatch, 'heldOutAgreement'> | null {
  const pairsOfKeys = elementFields(incumbents, incumbentList).flatMap((incumbentKey) =>
    elementFields(candidates, candidateList).map((candidateKey) => ({
      incumbentList,
      candidateList,
      incumbentKey,
      candidateKey,
    })),
  );
  const best = bestKeys(pairsOfKeys, incumbents, candidates);
  if (best !== null) return best;
  const within = pairsOfKeys.flatMap((keys) => {
    const affix = affixOf(
      incumbents.map((part, at) => ({
        incumbent: keyValues(part, incumbentList, keys.incumbentKey),
        candidate: keyValues(candidates[at], candidateList, keys.candidateKey),
      })),
    );
    return affix === null ? [] : [{ ...keys, affix }];
  });
  return bestKeys(within, incumbents, candidates);
}

/** The keys with the greatest mean share of common values, if that is half or more. */
function bestKeys(
  all: readonly ListKeys[],
  incumbents: readonly unknown[],
  candidates: readonly unknown[],
): Omit<ListMatch, 'heldOutAgreement'> | null {
  let best: Omit<ListMatch, 'heldOutAgreement'> | null = null;
  for (const keys of all) {
    const shares = commonShares(keys, incumbents, candidates);
    const score = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    if (score >= LEAST && (best === null || score > best.score)) best = { ...keys, score };
  }
  return best;
}

/**
 * Share of the pairs with elements on both sides in which at least half of the shorter list's key values are common,
 * where at least half of all are; null without any. A list that is cut short says nothing against its keys.
 */
export function listAgreement(
  keys: ListKeys,
  incumbents: readonly unknown[],
  candidates: readonly unknown[],
): number | null {
  const shares = commonShares(keys, incumbents, candidates, Math.min);
  return shares.length === 0
    ? null
    : shares.filter((share) => share >= LEAST).length / shares.length;
}

/** For each pair with elements on both sides the share of key values that are common. */
function commonShares(
  { incumbentList, candidateList, incumbentKey, candidateKey, affix }: ListKeys,
  incumbents: readonly unknown[],
  candidates: readonly unknown[],
  sizeOf: (a: number, b: number) => number = Math.max,
): number[] {
  return incumbents.flatMap((part, at): number[] => {
    const a = keyValues(part, incumbentList, incumbentKey).map((key) => bare(key, affix, true));
    const b = keyValues(candidates[at], candidateList, candidateKey).map((key) =>
      bare(key, affix, false),
    );
    const rows = [
      elementsAt(part, incumbentList).length,
      elementsAt(candidates[at], candidateList).length,
    ] as const;
    if (rows[0] === 0 || rows[1] === 0) return [];
    const inA = new Set(a);
    const inB = new Set(b);
    const common = [...inA].filter((value) => inB.has(value)).length;
    // A key that some elements lack, or that repeats, names no element.
    const naming = (inA.size / rows[0]) * (inB.size / rows[1]);
    return [(common / Math.max(1, sizeOf(inA.size, inB.size))) * naming];
  });
}

/** Elements of both lists of one pair of responses that have the same key. */
export function alignedElements(
  match: ListKeys,
  incumbent: unknown,
  candidate: unknown,
): { readonly incumbent: unknown; readonly candidate: unknown }[] {
  const { affix } = match;
  const ours = elementsByKey(incumbent, match.incumbentList, match.incumbentKey, (key) =>
    bare(key, affix, true),
  );
  const theirs = elementsByKey(candidate, match.candidateList, match.candidateKey, (key) =>
    bare(key, affix, false),
  );
  return [...ours].flatMap(([key, element]) => {
    const other = theirs.get(key);
    return element === null || other == null ? [] : [{ incumbent: element, candidate: other }];
  });
}

/** Elements by key; null where a key repeats, since it then names no element. */
function elementsByKey(
  body: unknown,
  list: string,
  path: string,
  bareOf: (key: string) => string,
): Map<string, unknown> {
  const elements = new Map<string, unknown>();
  for (const element of elementsAt(body, list)) {
    const whole = keyOf(valueAt(element, path));
    if (whole === null) continue;
    const key = bareOf(whole);
    elements.set(key, elements.has(key) ? null : element);
  }
  return elements;
}

function keyValues(body: unknown, list: string, key: string): string[] {
  return elementsAt(body, list).flatMap((element) => keyOf(valueAt(element, key)) ?? []);
}

function keyOf(value: unknown): string | null {
  return typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : null;
}
