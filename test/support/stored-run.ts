import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCorpus } from '../../src/corpus/load.ts';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { encodeVerdict } from '../../src/gate/stored-verdict.ts';
import { encodeFindings } from '../../src/parity/stored-findings.ts';
import type { ManifestInput } from '../../src/record/run/manifest.ts';
import { createRun } from '../../src/record/run/run-folder.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import type { RecordedRun } from '../../src/retrieve/record/recorded-run.ts';
import { manifestInput } from '../record/fixtures.ts';

/** Wide enough for a few hundred needs to decide. */
export const STORED_GATES = {
  recall: { margin: 0.02 },
  ndcg: { margin: 0.02 },
  errors: { margin: 0.02 },
};

/**
 * Writes a recorded run as `bench retrieve` would leave it below `parentFolder`, and gives its folder.
 * @param judged what its findings are derived from, where that is not all that was recorded
 */
export async function storeRun(
  run: RecordedRun,
  parentFolder: string,
  changes: Partial<ManifestInput> = {},
  judged: RecordedRun | null = null,
): Promise<string> {
  const corpusFolder = join(parentFolder, 'a-corpus');
  await writeCorpus(run, corpusFolder);
  const writer = await createRun({ parentFolder });
  const input = manifestInput({
    corpus: { name: run.corpus.name, hashes: (await loadCorpus(corpusFolder)).hashes },
    config: { k: run.plan.k, gates: STORED_GATES },
    ...changes,
  });
  await writer.describe(input);
  await writer.snapshotCorpus(corpusFolder);
  await writer.writeJson('plan.json', run.plan);
  for (const side of ['incumbent', 'candidate'] as const) {
    await writer.writeVectors(`${side}-documents`, run.vectors.documents[side]);
    await writer.writeVectors(`${side}-queries`, run.vectors.queries[side]);
  }
  const blocks = Map.groupBy(run.observations, ({ phase, cell, arm, block }) =>
    [phase, cell, arm, block].join(' '),
  );
  for (const rows of blocks.values()) {
    const first = rows[0];
    if (first === undefined) continue;
    const { phase, cell, arm, block } = first;
    await writer.writeObservations({ phase, cell, arm, block }, rows);
  }
  const isInterrupted = changes.status === 'interrupted';
  const { findings } = await deriveFindings(
    { ...(judged ?? run), complete: !isInterrupted },
    isInterrupted && judged === null ? { signal: AbortSignal.abort() } : {},
  );
  await writer.writeJson('findings.json', encodeFindings(findings));
  await writer.writeJson('verdict.json', encodeVerdict(evaluateGates(findings, STORED_GATES)));
  await writer.finish(input);
  return writer.folder;
}

async function writeCorpus({ corpus }: RecordedRun, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines = (records: readonly unknown[]): string =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const collections = corpus.collections.map(({ name }) => ({ name, file: `${name}.jsonl` }));
  for (const { name, documents } of corpus.collections) {
    await writeFile(join(folder, `${name}.jsonl`), lines(documents));
  }
  await writeFile(join(folder, 'queries.jsonl'), lines(corpus.queries));
  const judgments = [...corpus.judgments].flatMap(([query, grades]) =>
    [...grades].map(([key, grade]) => `${query}\t${key}\t${grade}\n`),
  );
  await writeFile(join(folder, 'judgments.tsv'), judgments.join(''));
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      version: 1,
      name: corpus.name,
      collections,
      queries: { file: 'queries.jsonl' },
      judgments: { file: 'judgments.tsv' },
    }),
  );
}
