import type { Metadata, MetadataValue } from '../../../../corpus/types.ts';
import { drawVictims } from '../draw.ts';
import type { Fault } from '../types.ts';

/**
 * Fields are lower-cased on their way into the index and filters are not: a comparison that minds
 * case, as it should, then finds no "IL" in "il".
 */
export const lowerCasedFields: Fault = {
  kind: 'lower-cased-fields',
  defaultRate: 1,
  summary: 'fields are lower-cased in the index, and case-sensitive filters miss them',
  rateMeans: 'share of the documents of each collection',
  changes: ['ranking', 'contract'],
  component: 'filter',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => {
    const lowered = new Map<string, ReadonlySet<string>>();
    return {
      documents: (collection, documents) => {
        const victims = drawVictims(documents.length, rate, seed, `lower-cased ${collection}`);
        const ids = documents.filter((_, position) => victims.has(position)).map(({ id }) => id);
        lowered.set(collection, new Set(ids));
        return documents;
      },
      fields: (fields, collection, id) =>
        lowered.get(collection)?.has(id) === true ? lowerCased(fields) : fields,
    };
  },
};

function lowerCased(fields: Metadata): Metadata {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]): [string, MetadataValue] => [
      field,
      typeof value === 'string' ? value.toLowerCase() : value,
    ]),
  );
}
