import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../../src/config/package-root.ts';
import { loadCorpus } from '../../../src/corpus/load.ts';
import { loadEncoder } from '../../../src/embed/encoder.ts';
import { UsageError } from '../../../src/errors.ts';
import { NO_PROGRESS } from '../../../src/progress.ts';
import { scratchFolder } from '../size/scratch.ts';
import { provenanceNow, writeRecord } from '../stored-record.ts';
import { type Compared, compare, K } from './truths/compare.ts';
import { type Comparison, engineComparisons, TABLE } from './truths/comparisons.ts';
import { encodedCollection, writeEncoded } from './truths/encoded-corpus.ts';
import { makeInlineTable } from './truths/inline-table.ts';
import { type KnownTruth, type KnownTruths, knownTruthsSchema } from './truths/record.ts';

/**
 * What the main job says of real engines whose losses are known otherwise: `npm run servers -- --only
 * pgvector,redis,mariadb -- node --conditions=source bench/experiments/engines/known-truths.ts FOLDER`, a collection of
 * `bench corpus build`. `npm run bench -- documents --write` makes the page.
 */
const COMMAND =
  'bench corpus build debian-known-item --documents 10000 --out FOLDER && npm run servers -- --only pgvector,redis,mariadb -- node --conditions=source bench/experiments/engines/known-truths.ts FOLDER';
const QUERIES = 400;

const provenance = provenanceNow();
await using scratch = await scratchFolder('known-truths');
const source = await loadCorpus(resolve(process.argv[2] ?? ''));
const encoder = await loadEncoder(join(packageRoot(), 'corpora/encoder'));
const collection = await encodedCollection(source, encoder);
const corpora = { plain: join(scratch.path, 'plain'), filtered: join(scratch.path, 'filtered') };
for (const [name, folder] of Object.entries(corpora)) {
  await writeEncoded(collection, folder, {
    ...{ name: `${source.name}, ${name} queries`, count: QUERIES },
    of: ({ filter }) => (filter === undefined) === (name === 'plain'),
  });
}
await encoder.close();

const { PGVECTOR_URL } = process.env;
if (PGVECTOR_URL !== undefined) {
  await makeInlineTable(PGVECTOR_URL, TABLE, collection.documents.dimension);
}
const skipped: KnownTruths['skipped'] = [];
const comparisons: KnownTruth[] = [];
for (const engine of engineComparisons(process.env, scratch.path)) {
  if (engine.missing !== null) skipped.push({ name: engine.name, why: engine.missing });
  for (const comparison of engine.comparisons) {
    comparisons.push(await known(comparison));
    await store();
  }
}

/** Written after each comparison: what is there so far is a record of its own. */
async function store(): Promise<void> {
  const record = knownTruthsSchema.parse({
    schema: 'retrieval-parity/known-truths@1',
    ...{ provenance, command: COMMAND, k: K },
    corpus: {
      name: source.name,
      documents: collection.documents.ids.length,
      dimension: collection.documents.dimension,
      vectors: encoder.name,
      sources: Object.values(source.hashes.documents),
    },
    ...{ skipped, comparisons },
  });
  await writeRecord('engines/known-truths.json', record);
}

async function known(comparison: Comparison): Promise<KnownTruth> {
  const begun = performance.now();
  const corpus = corpora[comparison.queries];
  const note = (line: string) => process.stderr.write(`  ${line}\n`);
  const runs = join(scratch.path, 'runs');
  const compared = await compare(comparison, corpus, runs, { ...NO_PROGRESS, note });
  const truth = { ...compared.truth, independent: independentRecall(corpus, compared) };
  const { recall, independent, attribution } = truth;
  note(
    `${comparison.name}: recall ${recall.candidate} (${independent.candidate}), ${attribution.first} ${attribution.share}, ${Math.round((performance.now() - begun) / 1000)} s`,
  );
  return truth;
}

/** Recall of both sides by the Python script. @throws UsageError where it cannot run */
function independentRecall(corpus: string, { answers }: Compared): KnownTruth['independent'] {
  const script = join(import.meta.dirname, 'truths/known_recall.py');
  const { status, stdout, stderr, error } = spawnSync('python3', [script, corpus, String(K)], {
    ...{ input: JSON.stringify(answers), encoding: 'utf8', maxBuffer: 1 << 28 },
  });
  if (status === 0) return JSON.parse(stdout) as KnownTruth['independent'];
  throw new UsageError('known-truths-python', error?.message ?? stderr, {
    hint: 'the script needs python3 with numpy: apt-get install python3-numpy',
  });
}
