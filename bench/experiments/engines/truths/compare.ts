import { tellingMeasure } from '../../../../src/attribution/telling.ts';
import { configFrom } from '../../../../src/config/resolve.ts';
import { isSameMetric, recallAt } from '../../../../src/metrics/metric.ts';
import type { Findings } from '../../../../src/parity/findings.ts';
import type { Progress } from '../../../../src/progress.ts';
import { openRun } from '../../../../src/record/run/open-run.ts';
import type { RunReader } from '../../../../src/record/run/run-reader.ts';
import { retrieve } from '../../../../src/retrieve/retrieve.ts';
import { shownParameters } from '../../studies/indexed/indexed-collection.ts';
import type { Comparison } from './comparisons.ts';
import type { KnownTruth } from './record.ts';

export const K = 10;
/** Documents that the census asks: an exact search of a whole collection takes its time. */
const CENSUS = 1000;
/** The operation that takes filters. */
const CELL = 'retrieve';

/** Ids of each answer to a query: a side is asked twice. */
type AnswersByQuery = Readonly<Record<string, readonly (readonly string[])[]>>;

/** A comparison as the product made it, and the answers that its recall rests on. */
export interface Compared {
  readonly truth: Omit<KnownTruth, 'independent'>;
  /** Ids by query, of each side, as they were recorded. */
  readonly answers: Readonly<Record<'incumbent' | 'candidate', AnswersByQuery>>;
}

/** Runs the main job over a corpus that carries its vectors, without timed phases. */
export async function compare(
  comparison: Comparison,
  corpus: string,
  runs: string,
  progress: Progress,
): Promise<Compared> {
  const { name, queries, incumbent, candidate, expected } = comparison;
  const { config, origins } = await configFrom({
    ...{ corpus, runs, k: K },
    embed: 'corpus',
    ingest: 'if-empty',
    ...{ incumbent: { url: incumbent }, candidate: { url: candidate } },
    operations: [CELL],
    quality: { maxCensusDocuments: CENSUS },
    looks: 'one',
    latency: { blockPairs: 0 },
    throughput: { requestsPerSlice: 0 },
    timeouts: { requestMs: 120_000 },
  });
  const result = await retrieve(config, { progress, origins });
  if (result.verdict === null) throw new Error(`${name}: interrupted`);
  const { findings, verdict, runFolder } = result;
  const cell = findings.cells.find((one) => one.cell === CELL);
  const recall = cell?.quality.find(({ metric }) => isSameMetric(metric, recallAt(K)));
  if (cell === undefined || recall === undefined) throw new Error(`${name}: no recall was found`);
  const run = await openRun(runFolder);
  const short = cell.violations.find(({ side, kind }) => side === 'candidate' && kind === 'short');
  return {
    truth: {
      ...{ name, queries, expected: [...expected] },
      description: describedIn(run, 'candidate'),
      incumbent: describedIn(run, 'incumbent'),
      recall: {
        incumbent: recall.incumbent.mean ?? 0,
        candidate: recall.candidate.mean ?? 0,
        lower: recall.candidate.lower ?? 0,
        upper: recall.candidate.upper ?? 1,
        needs: recall.candidate.n,
      },
      verdict: verdict.state,
      ...attributed(findings),
      short: { answers: short?.count ?? 0, of: cell.answered?.candidate ?? cell.queries },
      canaries: canariesIn(run),
    },
    answers: {
      incumbent: await answersOf(run, ['A', 'A2']),
      candidate: await answersOf(run, ['B', 'B2']),
    },
  };
}

function attributed({ attribution = [] }: Findings): Pick<KnownTruth, 'attribution' | 'losses'> {
  const own = attribution.find(({ cell }) => cell === CELL);
  const nothing = { status: 'not asked', queries: 0, first: null, share: null, found: [] };
  if (own === undefined) return { attribution: nothing, losses: null };
  const first = tellingMeasure(own.measures)?.shares[0];
  const loss = own.losses?.find(({ side }) => side === 'candidate');
  return {
    attribution: {
      ...{ status: own.status, queries: own.queries },
      ...{ first: first?.component ?? null, share: first?.share ?? null },
      found: own.components
        .filter(({ status }) => status === 'identified' || status === 'inferred')
        .map(({ component, candidate }) => `${component}: ${candidate}`),
    },
    losses: loss === undefined ? null : { held: loss.held, graph: loss.graph, filter: loss.filter },
  };
}

/** What a side said of its collection when it was looked at beforehand. */
function describedIn(run: RunReader, side: string): string {
  const event = run.journal.find((one) => one.event === 'collections' && one.side === side);
  const [info] = Object.values((event?.collections ?? {}) as Record<string, CollectionSaid>);
  if (info === undefined) return 'not described';
  const { serverVersion, index, quantisation, parameters } = info;
  return [
    ...[serverVersion, index ?? 'no index', `quantisation ${quantisation}`],
    ...shownParameters(parameters),
  ].join(', ');
}

interface CollectionSaid {
  readonly serverVersion: string | null;
  readonly index: string | null;
  readonly quantisation: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
}

function canariesIn(run: RunReader): string[] {
  const event = run.journal.find((one) => one.event === 'canaries');
  const canaries = (event?.canaries ?? []) as { side: string; kind: string }[];
  return [...new Set(canaries.filter(({ side }) => side === 'candidate').map(({ kind }) => kind))];
}

async function answersOf(run: RunReader, arms: readonly string[]): Promise<AnswersByQuery> {
  const rows = (await run.observations('quality')).filter(({ arm }) => arms.includes(arm));
  const byQuery = Map.groupBy(rows, ({ queryId }) => queryId);
  return Object.fromEntries(
    [...byQuery].map(([query, answers]) => [query, answers.map(({ ids }) => ids)]),
  );
}
