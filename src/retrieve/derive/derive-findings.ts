import { documentIndex } from '../../corpus/document-index.ts';
import { textsOf } from '../../corpus/document-key.ts';
import type { OwnMetric } from '../../metrics/own-metric.ts';
import { buildFindings } from '../../parity/build-findings.ts';
import { buildsFinding } from '../../parity/builds.ts';
import type { BuildsFinding, Findings } from '../../parity/findings.ts';
import { type ParityInput, queryRow } from '../../parity/inputs.ts';
import { otherMetrics } from '../../parity/other-metrics.ts';
import type { Phase, Side, VectorTable } from '../../record/types.ts';
import type { TruthLookup } from '../../truth/types.ts';
import { recordedEqualRecall } from '../equal-recall/recorded-finding.ts';
import type { RecordedRun } from '../record/recorded-run.ts';
import { type AttributedCells, runAttribution, withAttributions } from './run-attribution.ts';
import { type RunTruth, referenceFindings, runTruth } from './run-truth.ts';
import { runSelfScores } from './self-scores.ts';
import { swappedListing, swappedSide, swapSides } from './swap-sides.ts';

/** Findings with what they were made from, for those who show single queries. */
export interface Derived {
  readonly findings: Findings;
  readonly input: ParityInput;
  readonly attributed: AttributedCells;
}

/** How a run is derived. */
export interface DeriveOptions {
  /** Exchange the sides, with the truth held fixed. */
  readonly swap?: boolean;
  /** Truth that was computed already from the same vectors. */
  readonly truth?: RunTruth;
  /** Curves of the reference index that were made already from the same vectors. */
  readonly reference?: Findings['reference'];
  /** Once it is aborted, reference indexes are left out: they take longer than everything else together. */
  readonly signal?: AbortSignal;
  /** Metrics that the package does not have. */
  readonly ownMetrics?: readonly OwnMetric[];
}

/** Everything that is found in a recorded run; the same record gives the same findings, to the bit. */
export async function deriveFindings(
  run: RecordedRun,
  options: DeriveOptions = {},
): Promise<Derived> {
  const { plan, corpus, vectors } = run;
  const documentsOfTruth = run.stored ?? vectors.documents.incumbent;
  const source = plan.truth?.source === 'judgments' ? 'judgments' : 'exact';
  const truth =
    options.truth ??
    (await runTruth({
      corpus,
      queryIds: plan.queryIds,
      censusKeys: plan.censusKeys,
      documents: documentsOfTruth,
      queries: vectors.queries.incumbent,
      k: plan.k,
    }));
  const reference =
    options.reference ??
    (await unlessAborted(documentsOfTruth.ids.length === 0 ? undefined : options.signal, (signal) =>
      referenceFindings({
        corpus,
        queryIds: plan.queryIds,
        documents: documentsOfTruth,
        queries: vectors.queries.incumbent,
        exact: truth.queries,
        k: plan.k,
        signal,
      }),
    ));
  const asked = new Set(plan.queryIds);
  const incumbent = joined(vectors.documents.incumbent, vectors.queries.incumbent);
  const candidate = joined(vectors.documents.candidate, vectors.queries.candidate);
  const swap = options.swap === true;
  const documents = corpus.collections.reduce((sum, { documents: rows }) => sum + rows.length, 0);
  const input: ParityInput = {
    k: plan.k,
    corpusName: corpus.name,
    ...(corpus.weights === undefined ? {} : { weights: corpus.weights }),
    ...(corpus.excludeSelf === true ? { excludeSelf: true } : {}),
    collections: corpus.collections,
    queries: corpus.queries.filter((query) => asked.has(query.id)),
    judgments: corpus.judgments,
    metric: corpus.metric,
    source,
    ownMetrics: options.ownMetrics,
    cells: plan.cells.map(({ cell, incumbentPath, candidatePath, planned }) => ({
      cell,
      ...(planned === undefined ? {} : { planned }),
      incumbentPath: swap ? candidatePath : incumbentPath,
      candidatePath: swap ? incumbentPath : candidatePath,
    })),
    // Extra requests that only explain are in no other figure.
    observations: (swap ? run.observations.map(swapSides) : run.observations).filter(
      ({ phase }) => !EXPLAINING.has(phase),
    ),
    truth: truth.queries,
    censusTruth: truth.census,
    vectors: swap ? { incumbent: candidate, candidate: incumbent } : { incumbent, candidate },
    textsAsked: documents + plan.queryIds.length,
    candidateEmbeds: embeds(run, swap ? 'incumbent' : 'candidate'),
    blankTexts: new Set(
      [
        ...textsOf(corpus.collections),
        ...corpus.queries.map(({ id, text }) => ({ id: queryRow(id), text })),
      ].flatMap(({ id, text }) => (text.trim() === '' ? [id] : [])),
    ),
  };
  const findings = buildFindings(input, {
    complete: run.complete,
    lint: truth.lint,
    reference,
    truthQueries: truth.count,
    throughputConcurrency: plan.throughputConcurrency,
    leftOut: plan.leftOut ?? [],
    builds: swap ? [] : runBuilds(run, truth.queries),
    ...(run.listing === undefined
      ? {}
      : { listing: swap ? swappedListing(run.listing) : run.listing }),
    ...(run.efforts === undefined
      ? {}
      : {
          equalRecall: recordedEqualRecall({
            efforts: run.efforts,
            corpus,
            queryIds: plan.queryIds,
            observations: run.observations,
            truth: truth.queries,
            k: plan.k,
            swap,
          }),
        }),
    source,
    declared: plan.truth?.declared ?? [],
  });
  const attributed = await runAttribution(run, { swap, signal: options.signal });
  const scored = runSelfScores(run, { swap });
  const said = (plan.otherMetrics ?? []).map((entry) => (swap ? swappedSide(entry) : entry));
  const others =
    source === 'judgments' ? [] : otherMetrics(said, corpus.metric ?? 'cosine', documentsOfTruth);
  const measured = {
    ...findings,
    ...(scored.length === 0 ? {} : { selfScores: scored }),
    ...(others.length === 0 ? {} : { otherMetrics: others }),
    ...(run.cutTexts === undefined ? {} : { cutTexts: cutTexts(run.cutTexts, swap) }),
  };
  return { input, attributed, findings: withAttributions(measured, attributed, truth.queries) };
}

/** What takes long, or null where it was aborted. */
async function unlessAborted<Value>(
  signal: AbortSignal | undefined,
  make: (signal: AbortSignal | undefined) => Promise<Value>,
): Promise<Value | null> {
  if (signal?.aborted === true) return null;
  return await make(signal).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
    return null;
  });
}

function cutTexts(
  { incumbent, candidate }: NonNullable<Findings['cutTexts']>,
  swap: boolean,
): NonNullable<Findings['cutTexts']> {
  const [ofIncumbent, ofCandidate] = swap ? [candidate, incumbent] : [incumbent, candidate];
  return {
    ...(ofIncumbent === undefined ? {} : { incumbent: ofIncumbent }),
    ...(ofCandidate === undefined ? {} : { candidate: ofCandidate }),
  };
}

/** Whether a side was asked for embeddings: a dimension was seen of it beforehand, or a vector came. */
function embeds({ declared, vectors }: RecordedRun, side: Side): boolean {
  return declared?.[side].dimension != null || vectors.documents[side].ids.length > 0;
}

/** Requests that only explain, or that are judged by themselves. */
const EXPLAINING: ReadonlySet<Phase> = new Set(['attribution', 'effort', 'build']);

/** What several builds of the candidate show, an operation each. */
function runBuilds(run: RecordedRun, truth: TruthLookup): BuildsFinding[] {
  const { plan, corpus, observations } = run;
  const asked = new Set(plan.queryIds);
  const queries = corpus.queries.filter(({ id }) => asked.has(id));
  const index = documentIndex(corpus.collections);
  return plan.cells.flatMap(
    ({ cell }) => buildsFinding(cell, observations, { queries, index, truth, k: plan.k }) ?? [],
  );
}

/** Document rows, then query rows. */
function joined(documents: VectorTable, queries: VectorTable): VectorTable {
  if (documents.dimension !== queries.dimension && queries.ids.length > 0) return documents;
  const values = new Float32Array(documents.values.length + queries.values.length);
  values.set(documents.values, 0);
  values.set(queries.values, documents.values.length);
  return {
    ids: [...documents.ids, ...queries.ids.map(queryRow)],
    dimension: documents.dimension,
    values,
  };
}
