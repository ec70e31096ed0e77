import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readSource } from '../../src/audit/source.ts';
import { loadConfigFile } from '../../src/config/load-file.ts';
import { IMPORTERS } from '../../src/corpus/import/importers.ts';
import { plainFile } from '../../src/corpus/import/source-file.ts';
import { readLock } from '../../src/disk/file-lock.ts';
import { readRegular } from '../../src/disk/read-regular.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { readStack } from '../../src/probes/job/stack.ts';
import { readStatements } from '../../src/probes/job/statements.ts';
import { readTexts } from '../../src/probes/job/texts.ts';
import { appendToLog } from '../../src/record/append-log.ts';
import { readAtOnce } from '../../src/record/files/read-at-once.ts';
import { readOrNull } from '../../src/record/files/read-or-null.ts';
import { openStoredVectors } from '../../src/record/vectors/stored-vectors.ts';
import { readTraffic } from '../../src/traffic/read/read-traffic.ts';
import { createRedactor } from '../../src/traffic/redact/redactor.ts';
import { readGivenTruth } from '../../src/truth/corpus/given-truth.ts';
import { readIndex } from '../../src/wire/hnsw/stored-index.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';

/** A folder with a pipe, beside other files. */
async function folderWithPipe(name: string, files: Record<string, string> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pipe-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [file, text] of Object.entries({ ...files, [name]: '' })) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    if (file === name) execFileSync('mkfifo', [join(folder, file)]);
    else await writeFile(join(folder, file), text);
  }
  return folder;
}

const traffic = {
  dialect: goLakehouse(),
  prefix: '',
  redactor: createRedactor(),
  plain: { operation: 'search', collections: ['docs'], k: 3 },
} as const;
const index = { distance: 'cosine', dimension: 1, m: 2, efConstruction: 2, ids: [], metadata: [] };

/** What reads a file that a user names, or that lies in a folder of theirs; by the name of the pipe in its place. */
const READERS: readonly [string, (folder: string) => Promise<unknown>, Record<string, string>?][] =
  [
    ['any', (folder) => readRegular(join(folder, 'any'))],
    ['ledger.md', (folder) => readOrNull(join(folder, 'ledger.md'))],
    ['large.arrow', (folder) => readAtOnce(join(folder, 'large.arrow'))],
    ['log.jsonl', (folder) => appendToLog(join(folder, 'log.jsonl'), [{}], { sealed: true })],
    ['a.config.json', (folder) => loadConfigFile(folder, 'a.config.json')],
    ['a.config.ts', (folder) => loadConfigFile(folder, 'a.config.ts')],
    ['stack.json', (folder) => readStack('stack.json', folder)],
    ['sql.jsonl', (folder) => readStatements('sql.jsonl', folder, false)],
    ['texts.txt', (folder) => readTexts('texts.txt', folder)],
    ['access.jsonl', (folder) => readTraffic(join(folder, 'access.jsonl'), traffic)],
    ['tokenizer.json', (folder) => loadEncoder(folder)],
    ['graph.json', (folder) => readIndex(join(folder, 'graph'))],
    [
      'graph',
      (folder) => readIndex(join(folder, 'graph')),
      { 'graph.json': JSON.stringify(index) },
    ],
    ['given.json', (folder) => readGivenTruth(folder, { queries: 1, documents: 1 })],
    ['vectors/vectors.json', (folder) => openStoredVectors(join(folder, 'vectors'))],
    [
      'rows.fbin',
      async (folder) => {
        const file = plainFile(join(folder, 'rows.fbin'));
        for await (const _ of IMPORTERS.bigann.rows(file, {
          role: 'documents',
          layout: null,
          fields: new Map(),
        }));
      },
    ],
  ];

test.each(READERS)(
  'a pipe in the place of %s is named and not waited for',
  async (name, read, files) => {
    const folder = await folderWithPipe(name, files);
    await expect(read(folder)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(name),
    });
  },
);

test('a pipe in the place of a figure of an audit is a source without figures', async () => {
  const folder = await folderWithPipe('figures.log');
  const world = { folder, env: {}, signal: new AbortController().signal };
  const { failure } = await readSource({ file: 'figures.log' } as never, world);
  expect(failure).toBe('cannot read figures.log (no-regular-file)');
});

test('a pipe in the place of a lock names no owner', async () => {
  expect(await readLock(join(await folderWithPipe('run.lock'), 'run.lock'))).toBeNull();
});
