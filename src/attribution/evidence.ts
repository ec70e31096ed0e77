import { createHash } from 'node:crypto';
import { partsOf, storedKey } from '../corpus/document-key.ts';
import type { Prepared } from './identify/prepare.ts';
import { answerRows } from './replay/world.ts';
import type { Component, DocumentEvidence } from './types.ts';
import { replayAll } from './value/coalition-values.ts';
import { shapley } from './value/shapley.ts';

/**
 * Every document that stands elsewhere in one side's answer than in the other's: exact cosines from each
 * side's own vectors, and the component that moved it most (the Shapley value of its rank).
 */
export function evidenceOf(
  prepared: Prepared,
  players: readonly Component[],
  query: number,
  faithful: boolean,
): DocumentEvidence[] {
  const { context, world, input } = prepared;
  const asked = context.queries[query];
  if (asked === undefined) return [];
  const a = answerRows(world, input.sides.incumbent.answers.get(asked.id)).slice(0, context.k);
  const b = answerRows(world, input.sides.candidate.answers.get(asked.id)).slice(0, context.k);
  const lists = faithful ? replayAll(prepared, players, query) : [];
  const rows = [...new Set([...a, ...b])];
  return rows.flatMap((row) => {
    const [inA, inB] = [a.indexOf(row), b.indexOf(row)];
    if (inA === inB) return [];
    const key = world.keys[row] ?? '';
    return [
      {
        queryId: asked.id,
        key,
        rankIncumbent: inA === -1 ? null : inA + 1,
        rankCandidate: inB === -1 ? null : inB + 1,
        scoreIncumbent: exactCosine(prepared, query, row, 0),
        scoreCandidate: exactCosine(prepared, query, row, 1),
        movedBy: faithful ? mover(lists, players, row, context.k) : null,
        textHash: textHash(prepared, row),
      },
    ];
  });
}

/** Cosine in float64 from a side's own vectors; null where there is none. */
export function exactCosine(
  { context, world }: Prepared,
  query: number,
  row: number,
  side: 0 | 1,
): number | null {
  if (row < 0 || row >= world.corpusSize) return null;
  const value = context.spaces.ownCosine(query, row, side);
  return Number.isNaN(value) ? null : value;
}

function mover(
  lists: readonly (readonly number[])[],
  players: readonly Component[],
  row: number,
  k: number,
): Component | null {
  const ranks = lists.map((list) => {
    const at = list.indexOf(row);
    return at === -1 ? k : at;
  });
  const moved = (ranks[ranks.length - 1] ?? 0) - (ranks[0] ?? 0);
  if (moved === 0) return null;
  const phi = shapley(ranks, players.length).map((value) => value * Math.sign(moved));
  let best = 0;
  for (const [at, value] of phi.entries()) if (value > (phi[best] ?? 0)) best = at;
  return (phi[best] ?? 0) > 0 ? (players[best] ?? null) : null;
}

function textHash({ world, input }: Prepared, row: number): string | null {
  const key = world.keys[row];
  if (key === undefined || row >= world.corpusSize) return null;
  const own = partsOf(storedKey(key)).collection;
  const collection = input.collections.find(({ name }) => name === own);
  const first = world.ranges.get(collection?.name ?? '')?.[0] ?? 0;
  const text = collection?.documents[row - first]?.text;
  return text === undefined ? null : createHash('sha256').update(text).digest('hex').slice(0, 12);
}
