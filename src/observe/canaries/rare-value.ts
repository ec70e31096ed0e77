import type { Collection, Filter } from '../../corpus/types.ts';

/** A filter that few documents match. */
export interface RareValue {
  readonly field: string;
  readonly filter: Filter;
  readonly matching: number;
  /** A document that does not match: a query by its text has its nearest elsewhere. */
  readonly asked: Collection['documents'][number];
}

/** A field of more values than these holds names or numbers, and is not what one filters by. */
const MOST_VALUES = 1_000;
/** A filter that more of the documents match is passed by any search. */
const LARGEST_SHARE = 0.2;

/** The rarest value of the metadata that at least k documents have; null where there is none. Pure. */
export function rareValue({ documents }: Collection, k: number): RareValue | null {
  const counts = new Map<string, Map<string | number | boolean, number>>();
  for (const { metadata } of documents) {
    for (const [field, value] of Object.entries(metadata)) {
      if (!['string', 'number', 'boolean'].includes(typeof value)) continue;
      const scalar = value as string | number | boolean;
      const values = counts.get(field) ?? new Map();
      if (values.size <= MOST_VALUES) values.set(scalar, (values.get(scalar) ?? 0) + 1);
      counts.set(field, values);
    }
  }
  let best: Omit<RareValue, 'asked' | 'filter'> & { readonly value: string | number | boolean } = {
    field: '',
    value: '',
    matching: Math.floor(documents.length * LARGEST_SHARE) + 1,
  };
  for (const [field, values] of counts) {
    if (values.size > MOST_VALUES) continue;
    for (const [value, matching] of values) {
      if (matching >= k && matching < best.matching) best = { field, value, matching };
    }
  }
  if (best.field === '') return null;
  const { field, value, matching } = best;
  const asked = documents.find(
    ({ metadata, text }) => metadata[field] !== value && text.trim() !== '',
  );
  return asked === undefined ? null : { field, filter: { [field]: value }, matching, asked };
}
