import { type Appearance, fits } from '../../fit/appearances.ts';
import { passes } from '../../replay/filter-variants.ts';
import { cosineAt } from '../../replay/metric.ts';
import type { SideModel } from '../../replay/model.ts';
import { type Replayer, replay, wholly } from '../../replay/replay.ts';
import type { RankedAnswer } from '../../types.ts';
import { above, answeredRows, dueRows, type SideView, strengthOf, worstStrength } from './due.ts';

/** Rows that a side's index did not find, by query. */
export interface Omissions {
  readonly omitted: ReadonlyMap<number, ReadonlySet<number>>;
  /** Rows that were left out and could not be shown to be in the index: they explain nothing. */
  readonly unverified: number;
}

/** What is known of a side before its omissions are sought. */
export interface OmissionEvidence {
  /** Rows that some answer of the side shows with a score that fits, or that it lists. */
  readonly shown: ReadonlySet<number>;
  /** Share of due rows that plain answers leave out. */
  readonly lossRate: number;
  /** Usual length of an answer. */
  readonly usual: number;
  /** Appearances of all queries. */
  readonly appearances: readonly Appearance[];
}

/** Share of the due rows that answers without a filter must lose before those lost under a filter are the index's. */
const LOSES = 5e-3;
/** An index that loses fewer loses them under filters as well, where at most so many times as many answers do. */
const ALIKE = 2;
/** Share of an answer's scores that may be off where the codes behind them are not known. */
const FEW = 0.1;
/** Rounds in which rows are sought that a cut or a filter after ranking brings up once others are gone. */
const ROUNDS = 40;

/**
 * Finds what an index left out: rows that by the side's own metric stand above the worst row returned, and were not
 * returned. Each must be shown to be in the index, with a score that fits the metric, by any answer of that side
 * or by its listing, and the scores of the answer itself must fit: what cannot be verified is not copied.
 * Rows that are missing under filters alone are a matter of the filter until the index is seen to lose others.
 *
 * @param on queries that are looked at
 */
export function findOmissions(
  view: SideView,
  context: Replayer,
  model: SideModel,
  evidence: OmissionEvidence,
  on: readonly number[],
): Omissions {
  const omitted = new Map<number, ReadonlySet<number>>();
  let unverified = 0;
  if (!view.metric.accepted) return { omitted, unverified };
  const { appearances } = evidence;
  const sound = soundAnswers(view, model, appearances);
  const found = on.flatMap((query) => {
    const asked = view.queries[query];
    const answer = asked === undefined ? undefined : view.record.answers.get(asked.id);
    if (asked === undefined || answer === undefined) return [];
    const rows = omittedRows({ view, context, model, query, answer, evidence });
    return [{ query, rows, isFiltered: asked.filter !== null }];
  });
  const losesFiltered = evidence.lossRate >= LOSES || losesUnderFilters(found);
  for (const { query, rows, isFiltered } of found) {
    const proved = sound.has(query) && (!isFiltered || losesFiltered);
    if (proved && rows.lost.size > 0) omitted.set(query, rows.lost);
    unverified += rows.unverified + (proved ? 0 : rows.lost.size);
  }
  return { omitted, unverified };
}

/** Whether answers under filters lose rows about as often as others do, where few of either do: the index loses both. */
function losesUnderFilters(
  found: readonly {
    readonly rows: { readonly lost: ReadonlySet<number> };
    readonly isFiltered: boolean;
  }[],
): boolean {
  const counted = (isFiltered: boolean) => {
    const group = found.filter((entry) => entry.isFiltered === isFiltered);
    return { of: group.length, lose: group.filter(({ rows }) => rows.lost.size > 0).length };
  };
  const [plain, filtered] = [counted(false), counted(true)];
  // One more is counted among few: a rate that is seen once may be twice as high.
  return plain.lose > 0 && filtered.lose / filtered.of <= (ALIKE * (plain.lose + 1)) / plain.of;
}

function omittedRows({
  view,
  context,
  model,
  query,
  answer,
  evidence: { shown, lossRate, usual },
}: {
  readonly view: SideView;
  readonly context: Replayer;
  readonly model: SideModel;
  readonly query: number;
  readonly answer: RankedAnswer;
  readonly evidence: OmissionEvidence;
}): { readonly lost: ReadonlySet<number>; readonly unverified: number } {
  const { world, queries } = view;
  const filter = queries[query]?.filter ?? null;
  const { membership } = model;
  const got = answeredRows(world, answer);
  // An index that loses rows runs out of them under a filter: all that pass were due then.
  const ranOut = filter !== null && answer.keys.length < usual && lossRate >= LOSES;
  const worst = worstStrength(view, query, answer) ?? Number.NEGATIVE_INFINITY;
  if (worst === Number.NEGATIVE_INFINITY && !ranOut) return { lost: new Set(), unverified: 0 };
  const least = ranOut ? Number.NEGATIVE_INFINITY : worst;
  const due = withoutTop(
    view,
    query,
    model.offset,
    dueRows(
      view,
      query,
      { seen: least, unseen: ranOut ? least : (lastOfDeepest(view, query) ?? worst) },
      got,
      (row) =>
        !membership.missing.has(row) &&
        // Where such a row stands is known less exactly than the omission would have to be.
        !membership.stale.has(row) &&
        (filter === null || passes(model.filter, filter, world.metadata[row] ?? {})),
    ),
  );
  const lost = new Set(due.filter((row) => shown.has(row)));
  const plain =
    (filter === null || model.filter.kind !== 'post') &&
    model.fusion.kind === 'merge' &&
    (!Number.isFinite(model.fusion.perCollection) || queries[query]?.collections.length === 1);
  if (plain) return { lost, unverified: due.length - lost.size };
  return { lost: reachedRows({ view, context, model, query, got, lost }), unverified: 0 };
}

/** The rows but the first ones of a side that leaves those out of every answer. */
function withoutTop(
  view: SideView,
  query: number,
  offset: number,
  rows: readonly number[],
): readonly number[] {
  if (offset === 0) return rows;
  const top = rows
    .map((row) => ({ row, value: strengthOf(view, query, row) }))
    .sort((a, b) => b.value - a.value)
    .slice(0, offset);
  return rows.filter((row) => !top.some((one) => one.row === row));
}

/**
 * Rank value of the last row of the longest full list, where the codes behind scores are not known: a row that is not
 * in that list has a code that stands below it, or was not looked at. Null where scores are known.
 */
function lastOfDeepest(view: SideView, query: number): number | null {
  if (view.seen === null) return null;
  const { id = '' } = view.queries[query] ?? {};
  const longer = view.record.deep.get(id);
  const isFull = longer !== undefined && longer.keys.length === longer.k;
  return worstStrength(view, query, isFull ? longer : view.record.answers.get(id));
}

/** Of lost rows those that a cut before a merge or a filter after ranking lets through. */
function reachedRows({
  view: { side },
  context,
  model,
  query,
  got,
  lost,
}: {
  readonly view: SideView;
  readonly context: Replayer;
  readonly model: SideModel;
  readonly query: number;
  readonly got: ReadonlySet<number>;
  readonly lost: ReadonlySet<number>;
}): ReadonlySet<number> {
  const reached = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const tried = { ...model, omitted: new Map([[query, reached]]) };
    const made = replay({
      context,
      models: [tried, tried],
      choice: wholly(side),
      query,
      depth: context.k,
    });
    const more = made.filter((row) => !got.has(row) && lost.has(row) && !reached.has(row));
    if (more.length === 0) break;
    for (const row of more) reached.add(row);
  }
  return reached;
}

/** Queries whose answers hold no score that the side's vectors do not give. */
function soundAnswers(
  { metric, world }: SideView,
  { membership }: SideModel,
  appearances: readonly Appearance[],
): ReadonlySet<number> {
  const counts = new Map<number, { rows: number; off: number }>();
  for (const appearance of appearances) {
    const { query, row } = appearance;
    if (query < 0) continue;
    const count = counts.get(query) ?? { rows: 0, off: 0 };
    counts.set(query, count);
    count.rows += 1;
    const otherwise = membership.stale.has(row) || row >= world.corpusSize;
    if (!otherwise && !fits(metric, appearance)) count.off += 1;
  }
  const most = metric.scatter === 0 ? 0 : FEW;
  return new Set(
    [...counts].filter(([, { rows, off }]) => off <= most * rows).map(([query]) => query),
  );
}

/**
 * Where the codes behind scores are not known: rows within the scatter of the deepest answer's last row that it does
 * not hold stand just below it, since no code of theirs was seen. By query and row, as cosines.
 */
export function belowTheLast(
  view: SideView,
  { omitted, unreached, membership, filter }: SideModel,
): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const { queries, world, spaces, side, metric } = view;
  const below = new Map<number, ReadonlyMap<number, number>>();
  for (const [query, asked] of queries.entries()) {
    const last = lastOfDeepest(view, query);
    if (last === null) continue;
    const queryNorm = spaces.queryNorm(query, side);
    const rows = dueRows(
      { ...view, metric: { ...metric, scatter: 0 } },
      query,
      above(last),
      new Set(view.seen?.get(query)?.keys()),
      (row) =>
        omitted.get(query)?.has(row) !== true &&
        !membership.missing.has(row) &&
        !unreached.has(row) &&
        (asked.filter === null || passes(filter, asked.filter, world.metadata[row] ?? {})),
    );
    below.set(
      query,
      new Map(
        rows.map((row) => [
          row,
          cosineAt(metric, last - 1e-6, queryNorm, spaces.documentNorm(row, side)),
        ]),
      ),
    );
  }
  return below;
}
