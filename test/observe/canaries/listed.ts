import type { Collection, Filter } from '../../../src/corpus/types.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { capabilitiesOf } from '../../../src/wire/capabilities.ts';

const documents = Array.from({ length: 200 }, (_, at) => ({
  id: `d-${at}`,
  text: `${'word '.repeat(20)}${at}`,
  metadata: { state: at % 20 === 0 ? 'IL' : 'OH', name: `n ${at}` },
}));
/** Two hundred documents, of which some are in a rare state. */
export const workers: Collection = { name: 'workers', documents };

/** Faults of a backend that is otherwise a list. */
interface Faults {
  readonly page?: number;
  readonly filtersAfter?: number;
  readonly latencyMs?: number;
  readonly readsTo?: number;
}

/** A backend over `workers` that answers as a list does, but for its faults. */
export function listed({
  page = 1_000,
  filtersAfter,
  latencyMs = 1,
  readsTo = 1_000,
}: Faults): Backend {
  const timing = { startedMs: 0, endedMs: latencyMs };
  const answered = <Value>(value: Value) =>
    ({ kind: 'ok', value, status: 200, sizeBytes: 0, timing }) as const;
  const forms = { text: true, vector: false, filter: true, severalCollections: false };
  return {
    label: 'a list',
    fingerprint: 'list@1',
    capabilities: capabilitiesOf({
      operations: { health: 'h', search: 's', embed: 'e' },
      queries: { search: forms },
    }),
    health: async () => answered({ service: 'list', version: '1' }),
    embed: async ({ texts }) => {
      const vectors = texts.map((text) => {
        const read = text.slice(0, readsTo);
        return Float32Array.of(read.length, read.charCodeAt(read.length - 1));
      });
      return answered({ vectors, dimension: 2, model: 'm' });
    },
    search: async ({ k, filter = {} }) => {
      const matches = (each: (typeof documents)[number]) =>
        Object.entries(filter as Filter).every(
          ([field, value]) => each.metadata[field as 'state'] === value,
        );
      const seen = documents.toReversed().slice(0, filtersAfter ?? documents.length);
      const hits = seen.filter(matches).slice(0, Math.min(k, page));
      return answered({
        hits: hits.map(({ id }, rank) => {
          const similarity = 1 - rank / 1_000;
          return { id, collection: 'workers', similarity, rawScore: similarity };
        }),
      });
    },
    close: async () => {},
  };
}
