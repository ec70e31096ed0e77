import type { Collection, Filter } from '../../../src/corpus/types.ts';
import type { Backend } from '../../../src/wire/backend.ts';
import { capabilitiesOf } from '../../../src/wire/capabilities.ts';
import type { CollectionInfo } from '../../../src/wire/operations.ts';

const documents = Array.from({ length: 200 }, (_, at) => ({
  id: `d-${at}`,
  text: `${'word '.repeat(20)}${at}`,
  metadata: { state: at % 20 === 0 ? 'IL' : 'OH', name: `n ${at}` },
}));
/** Two hundred documents, of which some are in a rare state. */
export const workers: Collection = { name: 'workers', documents };

function described(count: number, distance: CollectionInfo['distance']): CollectionInfo {
  const none = { indexedCount: null, dimension: null, index: null };
  return { ...none, count, distance, quantisation: null, parameters: {}, serverVersion: null };
}

/** Faults of a backend that is otherwise a list. */
interface Faults {
  readonly page?: number;
  readonly filtersAfter?: number;
  readonly latencyMs?: number;
  readonly healthMs?: number;
  /** The first documents that it does not have. */
  readonly missing?: number;
  /** Whether it says how many it has. */
  readonly isCounted?: boolean;
  /** How near is measured, where it says so. */
  readonly distance?: CollectionInfo['distance'];
  readonly hasUnitVectors?: boolean;
  readonly readsTo?: number;
}

/** A backend over `workers` that answers as a list does, but for its faults. */
export function listed({
  page = 1_000,
  filtersAfter,
  latencyMs = 1,
  healthMs = 1,
  missing = 0,
  isCounted = false,
  distance = null,
  hasUnitVectors = false,
  readsTo = 1_000,
}: Faults): Backend {
  const answered = <Value>(value: Value, endedMs = latencyMs) =>
    ({ kind: 'ok', value, status: 200, sizeBytes: 0, timing: { startedMs: 0, endedMs } }) as const;
  const stored = documents.slice(missing);
  const forms = { text: true, vector: false, filter: true, severalCollections: false };
  return {
    label: 'a list',
    fingerprint: 'list@1',
    capabilities: capabilitiesOf({
      operations: {
        ...{ health: 'h', search: 's', embed: 'e' },
        ...(isCounted ? { describe: 'd' } : {}),
      },
      queries: { search: forms },
    }),
    health: async () => answered({ service: 'list', version: '1' }, healthMs),
    ...(isCounted ? { describe: async () => answered(described(stored.length, distance)) } : {}),
    embed: async ({ texts }) => {
      const vectors = texts.map((text) => {
        const read = text.slice(0, readsTo);
        const vector = Float32Array.of(read.length, read.charCodeAt(read.length - 1));
        return hasUnitVectors ? vector.map((value) => value / Math.hypot(...vector)) : vector;
      });
      return answered({ vectors, dimension: 2, model: 'm' });
    },
    search: async ({ k, filter = {} }) => {
      const matches = (each: (typeof documents)[number]) =>
        Object.entries(filter as Filter).every(
          ([field, value]) => each.metadata[field as 'state'] === value,
        );
      const seen = stored.toReversed().slice(0, filtersAfter ?? stored.length);
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
