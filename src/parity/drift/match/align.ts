import { valueAt } from '../../../wire/field-mapping.ts';
import { elementFields, elementsAt } from './fields.ts';

/** Two lists whose elements are matched by the values of a key of each. */
export interface ListMatch {
  readonly incumbentList: string;
  readonly candidateList: string;
  readonly incumbentKey: string;
  readonly candidateKey: string;
  /** Mean share of key values that both lists hold. */
  readonly score: number;
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
): ListMatch | null {
  let best: ListMatch | null = null;
  for (const incumbentKey of elementFields(incumbents, incumbentList)) {
    for (const candidateKey of elementFields(candidates, candidateList)) {
      let sum = 0;
      let count = 0;
      for (const [at, body] of incumbents.entries()) {
        const a = keyValues(body, incumbentList, incumbentKey);
        const b = keyValues(candidates[at], candidateList, candidateKey);
        if (a.length === 0 || b.length === 0) continue;
        const inB = new Set(b);
        const inA = new Set(a);
        const common = [...inA].filter((value) => inB.has(value)).length;
        // Values that repeat name no element.
        const distinct = (inA.size / a.length) * (inB.size / b.length);
        sum += (common / Math.max(inA.size, inB.size)) * distinct;
        count += 1;
      }
      const score = count === 0 ? 0 : sum / count;
      if (score >= LEAST && (best === null || score > best.score)) {
        best = { incumbentList, candidateList, incumbentKey, candidateKey, score };
      }
    }
  }
  return best;
}

/** Elements of both lists of one pair of responses that have the same key. */
export function alignedElements(
  match: ListMatch,
  incumbent: unknown,
  candidate: unknown,
): { readonly incumbent: unknown; readonly candidate: unknown }[] {
  const byKey = new Map<string, unknown>();
  for (const element of elementsAt(candidate, match.candidateList)) {
    const key = keyOf(valueAt(element, match.candidateKey));
    if (key !== null && !byKey.has(key)) byKey.set(key, element);
  }
  return elementsAt(incumbent, match.incumbentList).flatMap((element) => {
    const key = keyOf(valueAt(element, match.incumbentKey));
    const other = key === null ? undefined : byKey.get(key);
    return other === undefined ? [] : [{ incumbent: element, candidate: other }];
  });
}

function keyValues(body: unknown, list: string, key: string): string[] {
  return elementsAt(body, list).flatMap((element) => keyOf(valueAt(element, key)) ?? []);
}

function keyOf(value: unknown): string | null {
  return typeof value === 'string' || Number.isSafeInteger(value) ? String(value) : null;
}
