import { type Random, randomStream } from '../stats/random.ts';
import { matchesFilter } from './filter.ts';
import type { Collection, Document, FieldCondition, Filter } from './types.ts';

/** A filter with the number of documents that it leaves. */
export interface SelectiveFilter {
  readonly filter: Filter;
  readonly documents: number;
}

/** How far the number of documents may be from what was wanted, as a factor. */
const TOLERANCE = 1.5;
const TRIES = 400;
/** Most values of one `in`. */
const MOST_VALUES = 50;

/** What of a document a filter may ask for. */
type Scalar = string | number | boolean;

/** One field that documents can be told apart by. */
interface Field {
  readonly name: string;
  /** Different values with the number of documents that have them. */
  readonly counts: ReadonlyMap<Scalar, number>;
  /** The values of all documents in ascending order, where all of them are numbers; null otherwise. */
  readonly numbers: readonly number[] | null;
}

/**
 * Different filters over a collection's own metadata, each of which leaves about `share` of its documents (within a
 * factor of 1.5): a range of a number, a value or some values of a field, or values of two fields. Fewer than
 * `count`, or none, where the metadata has no such conditions. The same collection and seed give the same filters.
 */
export function selectiveFilters(
  { name, documents }: Collection,
  { share, count, seed }: { readonly share: number; readonly count: number; readonly seed: number },
): SelectiveFilter[] {
  const wanted = share * documents.length;
  const fields = fieldsOf(documents);
  if (fields.length === 0 || wanted * TOLERANCE < 1) return [];
  const random = randomStream(seed, `filters ${name} ${share}`);
  const found = new Map<string, SelectiveFilter>();
  for (let attempt = 0; attempt < TRIES && found.size < count; attempt++) {
    const filter = drawn(fields, documents, Math.max(1, Math.round(wanted)), random);
    const text = JSON.stringify(filter);
    if (filter === null || found.has(text)) continue;
    const left = documents.filter(({ metadata }) => matchesFilter(filter, metadata)).length;
    if (left > 0 && left <= wanted * TOLERANCE && left >= wanted / TOLERANCE) {
      found.set(text, { filter, documents: left });
    }
  }
  return [...found.values()];
}

function drawn(
  fields: readonly Field[],
  documents: readonly Document[],
  wanted: number,
  random: Random,
): Filter | null {
  const field = random.pick(fields);
  const other = random.pick(fields);
  if (other.name !== field.name && random.chance(0.5)) {
    // Two values that go together in some document.
    const { metadata } = random.pick(documents);
    const [one, two] = [metadata[field.name], metadata[other.name]];
    return isScalar(one) && isScalar(two) ? { [field.name]: one, [other.name]: two } : null;
  }
  const condition =
    field.numbers === null
      ? valuesOf(field, wanted, random)
      : rangeOf(field.numbers, wanted, random);
  return condition === null ? null : { [field.name]: condition };
}

function rangeOf(
  numbers: readonly number[],
  wanted: number,
  random: Random,
): FieldCondition | null {
  if (numbers.length < wanted) return null;
  const from = random.integer(0, numbers.length - wanted);
  const [gte, lte] = [numbers[from], numbers[from + wanted - 1]];
  return gte === undefined || lte === undefined ? null : { gte, lte };
}

function valuesOf({ counts }: Field, wanted: number, random: Random): FieldCondition | null {
  const chosen: Scalar[] = [];
  let documents = 0;
  for (const [value, count] of random.shuffled([...counts])) {
    if (documents + count > wanted * TOLERANCE) continue;
    chosen.push(value);
    documents += count;
    if (documents >= wanted || chosen.length === MOST_VALUES) break;
  }
  const [first] = chosen;
  if (first === undefined) return null;
  return chosen.length === 1 ? first : { in: chosen };
}

function fieldsOf(documents: readonly Document[]): Field[] {
  const values = new Map<string, Scalar[]>();
  for (const { metadata } of documents) {
    for (const [name, value] of Object.entries(metadata)) {
      if (!isScalar(value)) continue;
      const before = values.get(name);
      if (before === undefined) values.set(name, [value]);
      else before.push(value);
    }
  }
  return [...values].flatMap(([name, all]): Field[] => {
    const counts = new Map<Scalar, number>();
    for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size < 2) return [];
    const numbers = all.filter((value) => typeof value === 'number');
    const isRange = numbers.length === all.length && counts.size >= 10;
    return [{ name, counts, numbers: isRange ? numbers.sort((a, b) => a - b) : null }];
  });
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
