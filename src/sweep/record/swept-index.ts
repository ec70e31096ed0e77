import type { Ingested } from '../../observe/ingest.ts';
import type { Fingerprint } from '../../observe/preflight/preflight.ts';

/** What is known of the index of a variant; null where nobody knows. */
export interface SweptIndex {
  /** From the first document to the answer of the last, with what was built at the end. */
  readonly buildMs: number | null;
  /** From then until all documents were counted. */
  readonly readyMs: number | null;
  readonly sizeBytes: number | null;
  readonly kind: string | null;
  readonly quantisation: string | null;
  readonly documents: number | null;
  readonly serverVersion: string | null;
}

/** What is known of the index of the backend of a name, by what it says and by how it was filled. */
export function indexOf(
  name: string,
  fingerprint: Pick<Fingerprint, 'collections' | 'version'> | undefined,
  ingested: readonly Ingested[],
): SweptIndex {
  const own = ingested.filter(({ side }) => side === name);
  const described = Object.values(fingerprint?.collections ?? {});
  const [first] = described;
  return {
    buildMs: own.length === 0 ? null : total(own.map(({ tookMs }) => tookMs)),
    readyMs: own.length === 0 ? null : total(own.map(({ readyMs }) => readyMs)),
    sizeBytes: total(described.map(({ indexBytes = null }) => indexBytes)),
    kind: first?.index ?? null,
    quantisation: first?.quantisation ?? null,
    documents: total(described.map(({ count }) => count)),
    serverVersion: first?.serverVersion ?? fingerprint?.version ?? null,
  };
}

/** Sum of values; null where there is none, or one is not known. */
function total(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null;
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}
