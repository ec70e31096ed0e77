import { valueAt } from '../../../wire/field-mapping.ts';
import { elementFields, elementsAt } from './fields.ts';

/** Two lists, and the key of each that tells its elements. */
export interface ListKeys {
  readonly incumbentList: string;
  readonly candidateList: string;
  readonly incumbentKey: string;
  readonly candidateKey: string;
}

/** Two lists whose elements are matched by the values of a key of each. */
export interface ListMatch extends ListKeys {
  /** Mean share of key values that both lists hold. */
  readonly score: number;
  /** Share of the held-out pairs with elements on both sides in which at least half of the key values are common. */
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
  let best: Omit<ListMatch, 'heldOutAgreement'> | null = null;
  for (const incumbentKey of elementFields(incumbents, incumbentList)) {
    for (const candidateKey of elementFields(candidates, candidateList)) {
      const keys = { incumbentList, candidateList, incumbentKey, candidateKey };
      const shares = commonShares(keys, incumbents, candidates);
      const score =
        shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
      if (score >= LEAST && (best === null || score > best.score)) best = { ...keys, score };
    }
  }
  return best;
}

/** Share of the pairs with elements on both sides in which at least half of the key values are common; null without any. */
export function listAgreement(
  keys: ListKeys,
  incumbents: readonly unknown[],
  candidates: readonly unknown[],
): number | null {
  const shares = commonShares(keys, incumbents, candidates);
  return shares.length === 0
    ? null
    : shares.filter((share) => share >= LEAST).length / shares.length;
}

/** For each pair with elements on both sides the share of key values that are common; values that repeat name no element. */
function commonShares(
  { incumbentList, candidateList, incumbentKey, candidateKey }: ListKeys,
  incumbents: readonly unknown[],
  candidates: readonly unknown[],
): number[] {
  return incumbents.flatMap((part, at): number[] => {
    const a = keyValues(part, incumbentList, incumbentKey);
    const b = keyValues(candidates[at], candidateList, candidateKey);
    if (a.length === 0 || b.length === 0) return [];
    const inA = new Set(a);
    const inB = new Set(b);
    const common = [...inA].filter((value) => inB.has(value)).length;
    const distinct = (inA.size / a.length) * (inB.size / b.length);
    return [(common / Math.max(inA.size, inB.size)) * distinct];
  });
}

/** Elements of both lists of one pair of responses that have the same key. */
export function alignedElements(
  match: ListKeys,
  incumbent: unknown,
  candidate: unknown,
): { readonly incumbent: unknown; readonly candidate: unknown }[] {
  const ours = elementsByKey(incumbent, match.incumbentList, match.incumbentKey);
  const theirs = elementsByKey(candidate, match.candidateList, match.candidateKey);
  return [...ours].flatMap(([key, element]) => {
    const other = theirs.get(key);
    return element === null || other == null ? [] : [{ incumbent: element, candidate: other }];
  });
}

/** Elements by key; null where a key repeats, since it then names no element. */
function elementsByKey(body: unknown, list: string, path: string): Map<string, unknown> {
  const elements = new Map<string, unknown>();
  for (const element of elementsAt(body, list)) {
    const key = keyOf(valueAt(element, path));
    if (key !== null) elements.set(key, elements.has(key) ? null : element);
  }
  return elements;
}

function keyValues(body: unknown, list: string, key: string): string[] {
  return elementsAt(body, list).flatMap((element) => keyOf(valueAt(element, key)) ?? []);
}

function keyOf(value: unknown): string | null {
  return typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : null;
}
