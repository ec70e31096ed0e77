import type { AttributionQuery, Component } from '../types.ts';
import { passes } from './filter-variants.ts';
import { strength, tieWidth } from './metric.ts';
import type { FusionVariant, Membership, SideModel } from './model.ts';
import { cosine, type SideIndex, type Spaces } from './vectors.ts';
import type { World } from './world.ts';

/** What replaying needs to know of both sides. */
export interface Replayer {
  readonly world: World;
  readonly queries: readonly AttributionQuery[];
  readonly spaces: Spaces;
  readonly k: number;
}

/** From which side each component is taken. */
export type Choice = Readonly<Record<Exclude<Component, 'embedder'>, SideIndex>>;

/** A ranked row. */
interface Candidate {
  readonly row: number;
  readonly strength: number;
}

/** All components of one side. */
export function wholly(side: SideIndex): Choice {
  return {
    'query-embedder': side,
    'document-vectors': side,
    membership: side,
    metric: side,
    index: side,
    filter: side,
    fusion: side,
    order: side,
    truncation: side,
  };
}

/** What {@link replay} works on. */
interface ReplayQuestion {
  readonly context: Replayer;
  readonly models: readonly [SideModel, SideModel];
  readonly choice: Choice;
  readonly query: number;
  readonly depth: number;
  readonly memo?: Map<string, readonly Candidate[]>;
}

/**
 * The rows that a side made of these components would answer to a query, by rank.
 *
 * @param depth how many rows are asked for
 * @param memo lists of nearest rows that several choices share; one map a query
 */
export function replay({
  context,
  models,
  choice,
  query,
  depth,
  memo = new Map(),
}: ReplayQuestion): number[] {
  const asked = context.queries[query];
  if (asked === undefined) return [];
  const filter = models[choice.filter].filter;
  const fusion = models[choice.fusion].fusion;
  const cut = models[choice.truncation];
  const filtered = asked.filter !== null;
  const wanted = depth + cut.offset;
  const post = filtered && filter.kind === 'post' ? filter.depth : null;
  const ranked = post ?? wanted;
  const lists = asked.collections.map((collection) => {
    const key = `${collection} ${choice['query-embedder']}${choice['document-vectors']}${choice.membership}${choice.metric}${choice.order}${choice.index}${filtered ? choice.filter : 0} ${ranked}`;
    let nearest = memo.get(key);
    if (nearest === undefined) {
      nearest = nearestRows({ context, models, choice, query, collection, count: ranked });
      memo.set(key, nearest);
    }
    let rows = nearest;
    if (post !== null && asked.filter !== null) {
      const condition = asked.filter;
      rows = rows
        .slice(0, post)
        .filter(({ row }) => passes(filter, condition, context.world.metadata[row] ?? {}));
    }
    return rows.slice(0, wanted);
  });
  const merged = fuse(lists, fusion, tieOrder(context, models[choice.order], query), context.k);
  const length = depth === context.k ? (cut.lengths.get(query) ?? depth) : depth;
  const rows = merged.slice(cut.offset, wanted).slice(0, length);
  const result = rows.map(({ row }) => row);
  return models[choice.order].reversed.has(query) ? result.reverse() : result;
}

function nearestRows({
  context,
  models,
  choice,
  query,
  collection,
  count,
}: {
  readonly context: Replayer;
  readonly models: readonly [SideModel, SideModel];
  readonly choice: Choice;
  readonly query: number;
  readonly collection: string;
  readonly count: number;
}): Candidate[] {
  const { world, spaces, queries } = context;
  const [from, to] = world.ranges.get(collection) ?? [0, 0];
  const q = choice['query-embedder'];
  const d = choice['document-vectors'];
  const cosines = spaces.cosines(query, q, d);
  const metric = models[choice.metric].metric;
  const filter = models[choice.filter].filter;
  const condition = filter.kind === 'post' ? null : (queries[query]?.filter ?? null);
  const { membership } = models[choice.membership];
  const ofLengths = spaces.haveSameLengths ? d : choice.metric;
  const queryNorm = spaces.queryNorm(query, ofLengths);
  const { unreached, omitted: lost } = models[choice.index];
  const omitted = lost.get(query);
  const seen = models[d].seen?.get(query);
  const top = new TopRows(count, tieOrder(context, models[choice.order], query));
  const width = tieWidth(metric, queryNorm);
  // Rows that float32 cannot tell apart are on one level.
  const level = (value: number): number => Math.round(value / width) * width;
  const plain = metric.kind === 'cosine';
  const offer = (row: number, value: number, norm: number): void => {
    if (condition !== null && !passes(filter, condition, world.metadata[row] ?? {})) return;
    top.add(row, level(plain ? metric.sign * value : strength(metric, value, queryNorm, norm)));
  };
  for (let row = from; row < to; row++) {
    const value = seen?.get(row) ?? cosines[row] ?? Number.NaN;
    const norm = plain ? 1 : spaces.documentNorm(row, ofLengths);
    // A cosine ranks as it stands: most rows are dropped here, before the filter is looked at.
    if (plain && level(metric.sign * value) < top.threshold) continue;
    if (membership.missing.has(row) || membership.stale.has(row)) continue;
    if (omitted?.has(row) === true || unreached.has(row)) continue;
    if (!Number.isNaN(value)) offer(row, value, norm);
  }
  for (const row of membership.stale.keys()) {
    if (row < from || row >= to || membership.missing.has(row)) continue;
    const value = staleCosine({ spaces, membership, row, query, q, d });
    if (value !== null) offer(row, value, spaces.documentNorm(row, ofLengths));
  }
  for (const row of world.extras.get(collection) ?? []) {
    if (!membership.extras.has(row)) continue;
    const value = membership.observed.get(query)?.get(row);
    if (value !== undefined) {
      // Nothing is known of an extra document's fields: it was returned, so it passed.
      top.add(row, level(strength(metric, value, queryNorm, spaces.medianNorm(ofLengths))));
    }
  }
  return top.ranked();
}

/** Cosine with what the index holds for a stale document; null where it is not known to be near. */
function staleCosine({
  spaces,
  membership,
  row,
  query,
  q,
  d,
}: {
  readonly spaces: Spaces;
  readonly membership: Membership;
  readonly row: number;
  readonly query: number;
  readonly q: SideIndex;
  readonly d: SideIndex;
}): number | null {
  const stale = membership.stale.get(row);
  if (stale?.kind === 'copy') return spaces.cosines(query, q, d)[stale.of] ?? null;
  if (stale?.kind === 'fitted') {
    const value = cosine(spaces.queryVector(query, q), stale.vector);
    return Number.isNaN(value) ? null : value;
  }
  return membership.observed.get(query)?.get(row) ?? null;
}

/** Which of equally near rows comes first: the lower. */
type TieOrder = (row: number) => number;

function tieOrder({ world }: Replayer, { tied }: SideModel, query: number): TieOrder {
  const ranks = world.idRanks;
  const seen = tied.get(query);
  if (seen === undefined) return (row) => ranks[row] ?? 0;
  return (row) => {
    const rank = seen.get(row);
    // Rows of the answer come before all others, whose ranks are below 2³¹ in size.
    return rank === undefined ? (ranks[row] ?? 0) : rank - 2 ** 32;
  };
}

function fuse(
  lists: readonly (readonly Candidate[])[],
  fusion: FusionVariant,
  tieRank: TieOrder,
  k: number,
): readonly Candidate[] {
  const [only] = lists;
  if (lists.length === 1 && only !== undefined) {
    return fusion.kind === 'merge' && fusion.alone ? only.slice(0, fusion.perCollection) : only;
  }
  if (fusion.kind === 'concatenate') return lists.flat();
  if (fusion.kind === 'round-robin') {
    const longest = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length: longest }, (_, rank) =>
      lists.flatMap((list) => list.slice(rank, rank + 1)),
    ).flat();
  }
  const cut = fusion.kind === 'merge' ? fusion.perCollection : Math.ceil(k / lists.length);
  return lists
    .flatMap((list) => list.slice(0, cut))
    .sort((a, b) => b.strength - a.strength || tieRank(a.row) - tieRank(b.row));
}

/** The best rows seen so far, best first; short lists, so a sorted array beats a heap. */
class TopRows {
  /** Strength below which a row is of no interest. */
  threshold = Number.NEGATIVE_INFINITY;
  readonly #count: number;
  readonly #tieRank: TieOrder;
  readonly #rows: Candidate[] = [];

  constructor(count: number, tieRank: TieOrder) {
    this.#count = count;
    this.#tieRank = tieRank;
  }

  add(row: number, value: number): void {
    const full = this.#rows.length >= this.#count;
    if (full && value < this.threshold) return;
    const tie = this.#tieRank(row);
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#rows[middle] as Candidate;
      const before =
        other.strength > value || (other.strength === value && this.#tieRank(other.row) < tie);
      if (before) low = middle + 1;
      else high = middle;
    }
    if (low >= this.#count) return;
    this.#rows.splice(low, 0, { row, strength: value });
    if (this.#rows.length > this.#count) this.#rows.pop();
    if (this.#rows.length === this.#count) {
      this.threshold = this.#rows[this.#count - 1]?.strength ?? this.threshold;
    }
  }

  ranked(): Candidate[] {
    return this.#rows;
  }
}
