import type { IdentifyInput } from '../fit/misfit.ts';
import type { QueryDistance } from '../replay/distance.ts';
import { openSpaces, type SideIndex, type Spaces, type SpaceTables } from '../replay/vectors.ts';
import type { World } from '../replay/world.ts';
import type { AttributionInput, AttributionQuery } from '../types.ts';
import { relateSpaces, type SpaceRelation } from './spaces.ts';

/** What identification of both sides is about. */
interface Asked {
  readonly world: World;
  readonly queries: readonly AttributionQuery[];
  readonly known: readonly number[];
  readonly heldOut: readonly number[];
  readonly distance: QueryDistance;
}

/** A record with what is looked up in it. */
export interface Looked {
  readonly input: AttributionInput;
  readonly inputs: readonly [IdentifyInput, IdentifyInput];
  readonly relation: { readonly queries: SpaceRelation; readonly documents: SpaceRelation };
  readonly tables: SpaceTables;
  readonly spaces: Spaces;
}

/** Opens the vectors of a record; tables of the two sides are one where nothing differs. */
export function look(input: AttributionInput, asked: Asked): Looked {
  const own = ownTables(input.sides);
  const relation = {
    queries: relateSpaces(...own.queries),
    documents: relateSpaces(...own.documents),
  };
  const tables = {
    queries: relation.queries.same ? ([own.queries[0], own.queries[0]] as const) : own.queries,
    documents: relation.documents.same
      ? ([own.documents[0], own.documents[0]] as const)
      : own.documents,
    own,
  };
  return {
    input,
    inputs: bothSides((side) => ({
      ...asked,
      collections: input.collections,
      record: side === 0 ? input.sides.incumbent : input.sides.candidate,
      side,
      k: input.k,
    })),
    relation,
    tables,
    spaces: openSpaces(asked.world, asked.queries, tables),
  };
}

/** Each side's vectors as its embed route gave them. */
export function ownTables({ incumbent, candidate }: AttributionInput['sides']): SpaceTables['own'] {
  return {
    queries: [incumbent.queries, candidate.queries],
    documents: [incumbent.documents, candidate.documents],
  };
}

/** Something of each side, the incumbent's first. */
export function bothSides<Out>(make: (side: SideIndex) => Out): readonly [Out, Out] {
  return [make(0), make(1)];
}

/** Queries that both sides answered and embedded. */
export function answeredByBoth({ queries, sides }: AttributionInput): AttributionQuery[] {
  const embedded = [sides.incumbent, sides.candidate].map(
    ({ queries: table }) => new Set(table.ids),
  );
  return queries.filter(
    ({ id }) =>
      sides.incumbent.answers.has(id) &&
      sides.candidate.answers.has(id) &&
      embedded.every((ids) => ids.has(id)),
  );
}

/** Two halves by a hash of the query's id: adding queries does not move the others. */
export function halves(
  queries: readonly AttributionQuery[],
  seed: number,
): { known: number[]; heldOut: number[] } {
  const order = queries
    .map(({ id }, query) => ({ query, hash: hashOf(`${seed} ${id}`) }))
    .sort((a, b) => a.hash - b.hash || a.query - b.query)
    .map(({ query }) => query);
  const middle = Math.ceil(order.length / 2);
  const ascending = (a: number, b: number): number => a - b;
  return {
    known: order.slice(0, middle).sort(ascending),
    heldOut: order.slice(order.length === 1 ? 0 : middle).sort(ascending),
  };
}

/** FNV-1a, with the last bits spread. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
