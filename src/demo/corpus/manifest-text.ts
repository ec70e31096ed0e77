import { GENERATOR_NAME, type Manifest } from '../../corpus/manifest.ts';
import { SHARE_SAMPLE } from './needs/filters.ts';
import type { AskedQuery } from './needs/queries.ts';

/** Changes whenever the same seed and size give other bytes. */
const GENERATOR_VERSION = 2;

/** What is counted about the queries: needs, and for each slice its queries, needs and filters' shares. */
export type QueryDetails = NonNullable<Manifest['queries']['details']>;

/** The bytes of a generated corpus's manifest, without the last line break. */
export function manifestText(facts: {
  readonly name: string;
  readonly seed: number;
  readonly size: number;
  readonly collections: Manifest['collections'];
  readonly queries: Manifest['queries'];
  readonly judgments: Manifest['judgments'];
}): string {
  const manifest: Manifest = {
    version: 1,
    name: facts.name,
    generator: {
      name: GENERATOR_NAME,
      version: GENERATOR_VERSION,
      seed: facts.seed,
      size: facts.size,
    },
    collections: facts.collections,
    queries: facts.queries,
    judgments: facts.judgments,
  };
  return JSON.stringify(manifest, null, 2);
}

/** Counts of needs and slices, with the least and greatest share of workers that a slice's filters accept. */
export function describeQueries(queries: readonly AskedQuery[]): QueryDetails {
  const slices: QueryDetails = {};
  for (const [slice, members] of bySlice(queries)) {
    const shares = members.flatMap(({ share }) => (share === null ? [] : [share]));
    slices[slice] = {
      queries: members.length,
      needs: countNeeds(members),
      ...(shares.length === 0
        ? {}
        : { acceptedShare: { lowest: Math.min(...shares), highest: Math.max(...shares) } }),
    };
  }
  const plain = queries.filter(
    ({ query }) => query.filter === undefined && query.collections.length === 1,
  );
  return {
    needs: countNeeds(queries),
    needsUnfilteredOnOneCollection: countNeeds(plain),
    sharesCountedOverTheFirst: SHARE_SAMPLE,
    slices,
  };
}

function bySlice(queries: readonly AskedQuery[]): Map<string, AskedQuery[]> {
  const slices = new Map<string, AskedQuery[]>();
  for (const asked of queries) {
    for (const slice of asked.query.slices) {
      slices.set(slice, [...(slices.get(slice) ?? []), asked]);
    }
  }
  return new Map([...slices].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function countNeeds(queries: readonly AskedQuery[]): number {
  return new Set(queries.map(({ query }) => query.need)).size;
}
