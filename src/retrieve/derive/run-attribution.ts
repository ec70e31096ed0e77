import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Attributed, attribute } from '../../attribution/attribute.ts';
import type {
  AttributionInput,
  AttributionQuery,
  RankedAnswer,
  SideRecord,
} from '../../attribution/types.ts';
import { type DocumentIndex, documentIndex } from '../../corpus/document-index.ts';
import { textsOf } from '../../corpus/document-key.ts';
import type { Query } from '../../corpus/types.ts';
import { answersByQuery, type QueryAnswers } from '../../parity/cell/answers.ts';
import { lossSplits } from '../../parity/cell/hard/loss-split.ts';
import type { CellAttribution, Findings } from '../../parity/findings.ts';
import { otherSide } from '../../record/side-of-arm.ts';
import type { Cell, Side } from '../../record/types.ts';
import { randomStream } from '../../stats/random.ts';
import type { TruthLookup } from '../../truth/types.ts';
import type { RecordedRun } from '../record/recorded-run.ts';
import { rankedAnswer, recordedAnswers } from './recorded-answers.ts';
import { swapSides } from './swap-sides.ts';

/** Most queries of an operation that extra requests are made for, and how many of them may disagree. */
const SAMPLE = 200;
const DISCORDANT = 150;

/** The queries of an operation that attribution asks again: a seeded sample of those that disagree and of the others. */
export function attributionSample(run: RecordedRun, cell: Cell): Query[] {
  const strata = strataOf(run, cell);
  const random = randomStream(run.plan.seed, `attribution ${cell}`);
  const apart = random.shuffled(strata.discordant);
  const alike = random.shuffled(strata.concordant);
  const chosen = apart.slice(0, Math.max(DISCORDANT, SAMPLE - alike.length));
  const ids = new Set(
    [...chosen, ...alike.slice(0, SAMPLE - chosen.length)].map(({ query }) => query.id),
  );
  return run.corpus.queries.filter((query) => ids.has(query.id));
}

interface NamedText {
  readonly id: string;
  readonly text: string;
}

/** Texts that attribution has embedded a second time: the sampled queries, and some documents. */
export function textsAgain(
  { corpus }: RecordedRun,
  sampled: readonly Query[],
): { readonly queries: readonly NamedText[]; readonly documents: readonly NamedText[] } {
  const documents = textsOf(corpus.collections);
  const step = Math.max(1, Math.ceil(documents.length / SAMPLE));
  return {
    queries: [...new Map(sampled.map(({ id, text }) => [id, { id, text }])).values()],
    documents: documents.filter((_, at) => at % step === 0),
  };
}

/** Attributions by operation, with what they were made from. */
export type AttributedCells = ReadonlyMap<Cell, Attributed>;

/**
 * Why the sides disagree, for each operation that extra requests were made for; without those that are not begun when
 * `signal` is aborted. An operation of a large corpus takes many seconds, in which no signal is heard.
 */
export async function runAttribution(
  run: RecordedRun,
  options: { readonly swap?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<AttributedCells> {
  const asked = new Set(
    run.observations.flatMap((row) => (row.phase === 'attribution' ? [row.cell] : [])),
  );
  const attributed = new Map<Cell, Attributed>();
  for (const { cell } of run.plan.cells) {
    if (!asked.has(cell)) continue;
    await nextTurn();
    if (options.signal?.aborted === true) break;
    attributed.set(cell, attributeCell(run, cell, options));
  }
  return attributed;
}

/**
 * Attributions as findings hold them.
 * @param truth exact lists, by which losses are split; null where there are none, or where lists came as no query is
 * judged (`excludeSelf`)
 */
export function attributionFindings(
  attributed: AttributedCells,
  truth: TruthLookup | null,
): CellAttribution[] {
  return [...attributed].map(([cell, { finding, prepared }]) => {
    const losses = truth === null ? [] : lossSplits(prepared.input, truth);
    return { cell, ...finding, ...(losses.length === 0 ? {} : { losses }) };
  });
}

/** Findings with the attributions there are. */
export function withAttributions(
  findings: Findings,
  attributed: AttributedCells,
  truth: TruthLookup,
): Findings {
  if (attributed.size === 0) return findings;
  const known = findings.corpus.excludeSelf === true ? null : truth;
  return { ...findings, attribution: attributionFindings(attributed, known) };
}

/**
 * The attribution of one operation, with what it was made from; without extra requests from the answers alone.
 * @param options.include a query to be replayed though it is not in the sample; it has no weight
 */
export function attributeCell(
  run: RecordedRun,
  cell: Cell,
  options: { readonly swap?: boolean; readonly include?: string } = {},
): Attributed {
  return attribute(attributionInput(run, cell, options.swap === true, options.include ?? null));
}

function attributionInput(
  run: RecordedRun,
  cell: Cell,
  swap: boolean,
  include: string | null,
): AttributionInput {
  const { corpus, plan, vectors } = run;
  const index = documentIndex(corpus.collections);
  const observations = swap ? run.observations.map(swapSides) : run.observations;
  const extra = observations.filter((row) => row.phase === 'attribution' && row.cell === cell);
  const strata = strataOf(run, cell);
  const again = new Set(extra.map((row) => row.queryId));
  const queries = [strata.discordant, strata.concordant].flatMap((stratum) => {
    const sampled =
      again.size === 0
        ? stratum.slice(0, SAMPLE)
        : stratum.filter(({ query }) => again.has(query.id));
    const weight = stratum.length / sampled.length;
    const beside = stratum.filter(
      (entry) => entry.query.id === include && !sampled.includes(entry),
    );
    return [
      ...sampled.map((entry) => attributionQuery(entry, weight, plan.k, index, swap)),
      ...beside.map((entry) => attributionQuery(entry, 0, plan.k, index, swap)),
    ];
  });
  const of = (side: Side): Side => (swap ? otherSide(side) : side);
  const side = (name: Side): SideRecord => ({
    documents: vectors.documents[of(name)],
    queries: vectors.queries[of(name)],
    ...(vectors.again === undefined ? {} : { again: vectors.again[of(name)] }),
    ...(run.declared === undefined ? {} : { declared: run.declared[of(name)] }),
    ...recordedAnswers({ run, observations, extra, cell, side: name, index }),
  });
  return {
    k: plan.k,
    collections: corpus.collections,
    queries,
    sides: { incumbent: side('incumbent'), candidate: side('candidate') },
    seed: plan.seed,
  };
}

interface Strata {
  readonly discordant: readonly QueryAnswers[];
  readonly concordant: readonly QueryAnswers[];
}

/** Queries that both sides answered, apart by whether the two lists are the same to the last rank. */
function strataOf({ corpus, plan, observations }: RecordedRun, cell: Cell): Strata {
  const index = documentIndex(corpus.collections);
  const asked = new Set(plan.queryIds);
  // Lists are explained as they came: no side knows which document a query excludes.
  const queries = corpus.queries
    .filter((query) => asked.has(query.id))
    .map(({ excluded: _, ...query }) => query);
  const both = answersByQuery(cell, observations, queries, index).filter(
    ({ arms }) => arms.A?.keys != null && arms.B?.keys != null,
  );
  const agrees = ({ arms }: QueryAnswers): boolean =>
    String(arms.A?.keys?.slice(0, plan.k)) === String(arms.B?.keys?.slice(0, plan.k));
  return {
    discordant: both.filter((entry) => !agrees(entry)),
    concordant: both.filter(agrees),
  };
}

function attributionQuery(
  { query, arms }: QueryAnswers,
  weight: number,
  k: number,
  index: DocumentIndex,
  swap: boolean,
): AttributionQuery {
  const answer = (arm: 'A2' | 'B2'): RankedAnswer | null => {
    const row = arms[arm];
    return row === undefined || row.keys === null
      ? null
      : rankedAnswer(row.observation, query, k, index);
  };
  const [a, b] = [answer('A2'), answer('B2')];
  return {
    id: query.id,
    text: query.text,
    collections: query.collections,
    filter: query.filter ?? null,
    slices: query.slices,
    ...(arms.B === undefined ? {} : { askedMs: arms.B.observation.startedMs }),
    weight,
    noise: swap ? { incumbent: b, candidate: a } : { incumbent: a, candidate: b },
  };
}
