import { randomBytes } from 'node:crypto';
import type { Config } from '../../config/resolve.ts';
import { textsOf } from '../../corpus/document-key.ts';
import type { Corpus, Query } from '../../corpus/types.ts';
import { EXIT } from '../../errors.ts';
import { type Canary, canaryLines } from '../../observe/canaries/canary.ts';
import { canariesOfBackend } from '../../observe/canaries/find-canaries.ts';
import { visibleLag } from '../../observe/canaries/visible-lag.ts';
import { embedTexts, withoutFew } from '../../observe/embed-texts.ts';
import { ingestAll } from '../../observe/ingest.ts';
import { type Fingerprint, preflightBackend } from '../../observe/preflight/preflight.ts';
import { manifestFor } from '../../observe/run-manifest.ts';
import type { ManifestInput } from '../../record/run/manifest.ts';
import { createRun } from '../../record/run/run-folder.ts';
import type { RunWriter } from '../../record/run/run-writer.ts';
import { observationCodec } from '../../record/tables/observation-table.ts';
import type { VectorTable } from '../../record/types.ts';
import { randomStream } from '../../stats/random.ts';
import { patient } from '../../wire/pace/patient.ts';
import { observeSweep } from '../observe/observe-sweep.ts';
import { requireVaried } from '../plan/variants.ts';
import { sweepCodec } from '../record/sweep-codec.ts';
import { indexOf } from '../record/swept-index.ts';
import { sweepReport } from '../report/sweep-report.ts';
import type { MeasuredSweep, OpenVariant, SweepJob } from './options.ts';
import { sweepPlanOf } from './plan-of-sweep.ts';
import { deriveSweep, SWEEP_PLAN, SWEEP_VECTORS, sweepPart } from './rescore-sweep.ts';

/** Fills, checks and asks every variant, and derives what follows; `opened` is told of the run folder. */
export async function measureSweep(
  job: SweepJob,
  opened: { runFolder: string | null },
): Promise<MeasuredSweep> {
  const { config, corpus, plan: wanted, variants, signal, progress } = job;
  const ingested = await ingestAll(variants, corpus, { ...config, progress, signal });
  progress.stage('preflight', 0);
  const fingerprints: Fingerprint[] = [];
  const canaries: Canary[] = visibleLag(ingested);
  for (const [at, { backend, name, url }] of variants.entries()) {
    const { backend: calm } = patient(backend);
    const asked = {
      collections: corpus.collections,
      operations: [wanted.operation],
      embeds: at === 0,
      k: config.k,
      model: config.model,
      signal,
    };
    const fingerprint = await preflightBackend(calm, name, asked);
    for (const { parameters } of Object.values(fingerprint.collections)) {
      if (url !== null) requireVaried(url, parameters);
    }
    fingerprints.push(fingerprint);
    const of = { name, backend: calm, fingerprint };
    canaries.push(...(await canariesOfBackend(of, { ...asked, metric: corpus.metric })));
  }
  for (const line of canaryLines(canaries)) progress.note(line);
  const queries = sweptQueries(corpus, config);
  const plan = {
    ...sweepPlanOf(job, queries),
    indexes: variants.map(({ name }, at) => indexOf(name, fingerprints[at], ingested)),
  };
  for (const line of plan.leftOut) progress.note(line);
  const writer = await createRun({
    parentFolder: config.runs,
    suffix: () => `${randomBytes(3).toString('hex')}-sweep`,
  });
  opened.runFolder = writer.folder;
  const manifest = manifestOf(job, fingerprints);
  let input = await manifest('failed');
  await writer.describe(input);
  try {
    await writer.snapshotCorpus(corpus.folder);
    await writer.writeRecord(SWEEP_PLAN, sweepCodec, plan);
    for (const entry of ingested) await writer.appendJournal({ event: 'ingested', ...entry });
    if (canaries.length > 0) await writer.appendJournal({ event: 'canaries', canaries });
    const vectors = await embedded(job, queries, writer);
    let recorded = 0;
    await observeSweep({
      plan,
      backends: variants.map(({ backend }) => backend),
      queries,
      // With a shared embedder the index alone is timed.
      vectors: config.embed === null ? null : vectors,
      model: config.model,
      qualityConcurrency: config.quality.concurrency,
      discardedPerBlock: config.latency.discardedPerBlock,
      progress,
      signal,
      writeBlock: async (point, part, rows) => {
        await writer.writeRecord(sweepPart(point, part), observationCodec, [...rows]);
        recorded += 1;
      },
    });
    // Before the first part there is nothing to derive.
    if (recorded === 0) signal.throwIfAborted();
    const status = signal.aborted ? 'interrupted' : 'complete';
    progress.stage('truth', 0);
    const derived = await deriveSweep(await writer.readBack(), status === 'complete');
    await writer.writeDerived(derived);
    input = await manifest(status);
    const { findings, verdict: summary } = derived;
    const exitCode = status === 'complete' ? EXIT.pass : EXIT.interrupted;
    const report = sweepReport(findings);
    return { status, runFolder: writer.folder, findings, summary, report, exitCode };
  } finally {
    const isCut = signal.aborted && input.status === 'failed';
    await writer.finish(isCut ? await manifest('interrupted') : input);
  }
}

/** Queries of one collection without filters of their own; at most as many needs as the configuration says. */
function sweptQueries({ queries }: Corpus, { quality, seed }: Config): Query[] {
  const plain = queries.filter(
    ({ filter, collections }) => filter === undefined && collections.length === 1,
  );
  if (quality.maxNeeds === null) return plain;
  const needs = [...new Set(plain.map(({ need }) => need))];
  const chosen = new Set(randomStream(seed, 'needs').sample(needs, quality.maxNeeds));
  return plain.filter(({ need }) => chosen.has(need));
}

/** The vectors of all documents and queries by the first variant's embedder, written to the run. */
async function embedded(
  { corpus, config, variants, signal, progress }: SweepJob,
  queries: readonly Query[],
  writer: RunWriter,
): Promise<VectorTable> {
  const [first] = variants;
  if (first === undefined) throw new RangeError('a sweep has a variant');
  const { backend } = patient(first.backend);
  const texts = textsOf(corpus.collections);
  progress.stage('embed', Math.ceil((texts.length + queries.length) / 64));
  const options = { model: config.model, signal, progress };
  const documents = await embedTexts(backend, 'incumbent', texts, { ...options, kind: 'document' });
  const asked = await embedTexts(backend, 'incumbent', queries, { ...options, kind: 'query' });
  signal.throwIfAborted();
  for (const { id, detail } of withoutFew(documents, texts.length, first.name)) {
    progress.note(`${first.name}: no embedding of ${id}: ${detail}; it is left out of truth`);
  }
  withoutFew(asked, queries.length, first.name);
  await writer.writeVectors(SWEEP_VECTORS.documents, documents.table);
  await writer.writeVectors(SWEEP_VECTORS.queries, asked.table);
  return asked.table;
}

/** A run keeps two sides: the first and the last of the backends. Its plan has all of them. */
function manifestOf({ config, corpus, variants }: SweepJob, fingerprints: readonly Fingerprint[]) {
  const salt = randomBytes(16).toString('hex');
  const [first, last] = [variants[0] as OpenVariant, variants.at(-1) as OpenVariant];
  return (status: ManifestInput['status']): Promise<ManifestInput> =>
    manifestFor({
      kind: 'sweep',
      config: { ...config, incumbent: first.side, candidate: last.side },
      corpus,
      backends: { incumbent: first.backend, candidate: last.backend },
      descriptions: {
        incumbent: fingerprints[0] as Fingerprint,
        candidate: fingerprints.at(-1) as Fingerprint,
      },
      status,
      salt,
    });
}
