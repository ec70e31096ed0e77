import { join, resolve } from 'node:path';
import { loadCorpus } from '../../../src/corpus/load.ts';
import { UsageError } from '../../../src/errors.ts';
import { openStoredVectors } from '../../../src/record/vectors/stored-vectors.ts';
import { VECTORS_FOLDER } from '../../../src/record/vectors/vector-index.ts';
import type { CandidatesFindings } from '../../../src/retrieve/candidates/findings.ts';
import type { SweepFindings } from '../../../src/sweep/find/findings.ts';
import type { FilledBackend } from '../../../src/sweep/job/ingest.ts';
import { runChild } from '../size/run-child.ts';
import { scratchFolder } from '../size/scratch.ts';
import { provenanceNow, writeRecord } from '../stored-record.ts';
import { isInstalled } from '../support.ts';
import { type Large, largeSchema } from './large/record.ts';

/**
 * Ingest, verdict and sweep of pgvector, Redis and LanceDB over a large collection, by the commands that a user has:
 * `npm run servers -- --only pgvector,redis -- node --conditions=source bench/experiments/engines/hundred-thousand.ts
 * FOLDER`, a collection of `bench corpus build`. `npm run bench -- documents --write` makes the page.
 */
const COMMAND =
  'bench corpus build glove-words --documents 101000 --out FOLDER && npm run servers -- --only pgvector,redis -- node --conditions=source bench/experiments/engines/hundred-thousand.ts FOLDER';
const EFFORTS = [10, 40, 160];
const ROUNDS = 3;
const REQUESTS = 50;

const provenance = provenanceNow();
await using scratch = await scratchFolder('hundred-thousand');
const folder = resolve(process.argv[2] ?? '');
const corpus = await loadCorpus(folder);
const stored = await openStoredVectors(join(folder, VECTORS_FOLDER));
const { engines, skipped } = installed();
const [first, ...others] = engines;
if (first === undefined || others.length === 0) {
  throw new UsageError('large-engines', `fewer than two engines: ${skipped.join('; ')}`, {
    hint: 'npm run servers -- --only pgvector,redis -- COMMAND',
  });
}
const steps: Large['steps'] = [];
const common = ['--corpus', folder, '--embed', 'corpus', '--json'];
const patient = ['--set', 'timeouts.requestMs=60000'];

const ingested = (await step('ingest', [
  'ingest',
  ...[...common, ...patient, ...engines.flatMap(({ url }) => ['--backend', url])],
])) as { readonly filled: readonly FilledBackend[] };
const compared = (await step('verdict', [
  'retrieve',
  ...[...common, ...patient, '--set', 'operations=["search"]', '--incumbent', first.url],
  ...others.flatMap(({ url }, at) => [at === 0 ? '--candidate' : '--also', url]),
])) as { readonly findings: CandidatesFindings };
const swept = (await step('sweep', [
  'sweep',
  ...[...common, ...patient, ...engines.flatMap(({ url }) => ['--backend', url])],
  ...['--effort', EFFORTS.join(','), '--rounds', String(ROUNDS), '--requests', String(REQUESTS)],
])) as { readonly findings: SweepFindings };

const record = largeSchema.parse({
  schema: 'retrieval-parity/hundred-thousand@1',
  ...{ provenance, command: COMMAND, steps, skipped },
  corpus: {
    name: corpus.name,
    documents: corpus.collections.reduce((sum, { documents }) => sum + documents.length, 0),
    dimension: stored?.documents.dimension ?? 0,
    queries: corpus.queries.length,
    sources: Object.values(corpus.hashes.documents),
  },
  engines: ingested.filled.map(({ label, index }, at) => ({
    ...{ name: engines[at]?.name ?? label, label, version: index.serverVersion },
    index: `${index.kind ?? 'unknown'}, quantisation ${index.quantisation ?? 'unsaid'}`,
    buildS: index.buildMs === null ? null : index.buildMs / 1000,
    readyS: index.readyMs === null ? null : index.readyMs / 1000,
    indexBytes: index.sizeBytes,
  })),
  verdicts: verdictsOf(compared.findings),
  sweep: sweepOf(swept.findings),
});
await writeRecord('engines/hundred-thousand.json', record);

function installed(): { engines: { name: string; url: string }[]; skipped: string[] } {
  const { PGVECTOR_URL, REDIS_URL } = process.env;
  const left: string[] = [];
  const found: { name: string; url: string }[] = [];
  const add = (name: string, url: string | null, why: string): void => {
    if (url === null) left.push(`${name}: ${why}`);
    else found.push({ name, url });
  };
  const server = (url: string | undefined, rest: string) =>
    url === undefined ? null : `${url}${rest}`;
  add('pgvector', server(PGVECTOR_URL, '?table=words'), 'PGVECTOR_URL is not set');
  add('Redis', server(REDIS_URL, '/words?quantisation=q8'), 'REDIS_URL is not set');
  const lance = `lancedb://${join(scratch.path, 'lance')}?table=words&index=hnsw_sq`;
  add(
    'LanceDB',
    isInstalled('@lancedb/lancedb') ? lance : null,
    '@lancedb/lancedb is not installed',
  );
  return { engines: found, skipped: left };
}

/** One command of the suite in a process of its own; what it printed. */
async function step(name: string, argv: readonly string[]): Promise<unknown> {
  const { stdout, wallMs, cpuMs, peakBytes } = await runChild('../../main.ts', argv, scratch.path, {
    mayEnd: [0, 1, 3],
  });
  steps.push({ name, seconds: wallMs / 1000, cpuS: cpuMs / 1000, peakBytes });
  process.stderr.write(`${name}: ${Math.round(wallMs / 1000)} s\n`);
  return JSON.parse(stdout);
}

function verdictsOf({ candidates }: CandidatesFindings): Large['verdicts'] {
  return candidates.map(({ state, quality, latency }, at) => {
    const recall = quality.find(({ metric }) => metric === 'recall@10');
    const p50 = latency.find(({ quantile }) => quantile === 'p50');
    return {
      ...{ candidate: others[at]?.name ?? '', state },
      recall: {
        incumbent: recall?.incumbent ?? null,
        candidate: recall?.candidate ?? null,
        difference: recall?.difference ?? null,
      },
      bounds: { lower: recall?.lower ?? null, upper: recall?.upper ?? null },
      p50: { ratio: p50?.ratio ?? null, lower: p50?.lower ?? null, upper: p50?.upper ?? null },
    };
  });
}

function sweepOf(findings: SweepFindings): Large['sweep'] {
  const { needs, concurrency, rounds, points, reached } = findings;
  const nameOf = (variant: number): string => engines[variant]?.name ?? '';
  return {
    ...{ needs, concurrency, rounds },
    points: points.map(({ variant, effort, recall, p50, p95, perSecond, failed, isOnFront }) => ({
      ...{ engine: nameOf(variant), effort, failed, isOnFront, p95Ms: p95.valueMs },
      recall: { mean: recall.mean, lower: recall.lower, upper: recall.upper },
      p50: { ms: p50.valueMs, lower: p50.lowerMs, upper: p50.upperMs },
      perSecond: {
        median: perSecond.median,
        least: perSecond.least,
        greatest: perSecond.greatest,
      },
    })),
    reached: reached.map(({ variant, target, state, point }) => ({
      ...{ engine: nameOf(variant), target, state },
      effort: point === null ? null : (points[point]?.effort ?? null),
    })),
  };
}
