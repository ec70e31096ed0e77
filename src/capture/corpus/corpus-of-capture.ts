import { createHash } from 'node:crypto';
import { copyFile, link, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MANIFEST_FILE, manifestPath, readManifest } from '../../corpus/manifest.ts';
import type { Query } from '../../corpus/types.ts';
import { diskError } from '../../disk/disk-error.ts';
import { makeFolder } from '../../disk/make-folder.ts';
import { putInPlace } from '../../disk/put-in-place.ts';
import { UsageError } from '../../errors.ts';
import { writeWhole } from '../../record/files/write-whole.ts';
import { VECTORS_FOLDER } from '../../record/vectors/vector-index.ts';
import type { OpenedCapture } from '../../traffic/capture-record.ts';
import { drawnByFrequency, queriesOf, type Weighting } from '../find/draws.ts';

const QUERIES_FILE = 'captured-queries.jsonl';
const JUDGMENTS_FILE = 'no-judgments.tsv';

/** What a corpus of traffic is made from. */
export interface CapturedCorpusOptions {
  readonly capture: OpenedCapture;
  /** Corpus whose documents are searched. */
  readonly corpus: string;
  readonly weighting: Weighting;
  readonly seed: number;
  /** Folder below which it is made. */
  readonly parent: string;
}

/** A corpus whose queries are those of traffic. */
export interface CapturedCorpus {
  readonly folder: string;
  readonly queries: number;
  /** Needs that ask collections which the corpus has not. */
  readonly leftOut: number;
}

/**
 * Makes a corpus of the documents of another one and the needs of a capture; there are no judgments. Files are linked
 * where the file system can. The same corpus has the same folder, and is made once.
 * @throws UsageError where no need asks a collection of the corpus, or needs are kept as vectors alone.
 * @throws InfrastructureError where the disk refuses.
 */
export async function corpusOfCapture(options: CapturedCorpusOptions): Promise<CapturedCorpus> {
  const { capture, weighting, seed } = options;
  const source = resolve(options.corpus);
  const manifest = await readManifest(source);
  const names = new Set(manifest.collections.map(({ name }) => name));
  const { needs } = capture.traffic;
  const usable = needs.filter(({ question }) =>
    question.collections.every((name) => names.has(name)),
  );
  if (usable.length === 0) {
    const asked = [...new Set(needs.flatMap(({ question }) => question.collections))];
    throw new UsageError(
      'capture-collections',
      `${capture.folder}: asks ${asked.slice(0, 5).join(', ')}, and ${source} has ${[...names].join(', ')}`,
      { hint: 'name the corpus that was searched by --corpus' },
    );
  }
  if (usable.some(({ question }) => question.text === null)) {
    throw new UsageError('capture-vectors', `${capture.folder}: its texts are vectors alone`, {
      hint: 'replay it with bench replay, or capture with texts',
    });
  }
  const queries = weighting === 'needs' ? queriesOf(usable) : drawnByFrequency(usable, seed);
  const lines = queries.map(lineOf).join('');
  const { excludeSelf: _, ...rest } = manifest;
  const made = {
    ...rest,
    name: `${manifest.name} by ${capture.id}`,
    ...(weighting === 'frequency' ? { weights: weighting } : {}),
    queries: { file: QUERIES_FILE, count: queries.length, details: { capture: capture.id } },
    judgments: { file: JUDGMENTS_FILE, count: 0 },
  };
  const written = `${JSON.stringify(made, null, 1)}\n`;
  const digest = createHash('sha256').update(JSON.stringify([source, written, lines]));
  const folder = join(options.parent, digest.digest('hex').slice(0, 12));
  for (const { file } of manifest.collections) await linkFile(source, folder, file);
  await linkVectors(source, folder);
  await writeWhole(join(folder, QUERIES_FILE), Buffer.from(lines));
  await writeWhole(join(folder, JUDGMENTS_FILE), new Uint8Array());
  await writeWhole(join(folder, MANIFEST_FILE), Buffer.from(written));
  return { folder, queries: queries.length, leftOut: needs.length - usable.length };
}

function lineOf({ id, need, cluster, text, slices, collections, filter }: Query): string {
  return `${JSON.stringify({ id, need, cluster, text, slices, collections, filter })}\n`;
}

/** Vectors of the documents, where the corpus has some. */
async function linkVectors(from: string, to: string): Promise<void> {
  const names = await readdir(join(from, VECTORS_FOLDER)).catch(() => []);
  for (const name of names) await linkFile(from, to, join(VECTORS_FOLDER, name));
}

async function linkFile(from: string, to: string, file: string): Promise<void> {
  const path = await realpath(await manifestPath(from, file));
  const target = join(to, file);
  try {
    await makeFolder(dirname(target));
    if (await isSameFile(path, target)) return;
    // Across file systems there are no links.
    await putInPlace(target, (partial) => link(path, partial).catch(() => copyFile(path, partial)));
  } catch (cause) {
    throw diskError('file-write', target, 'written', cause);
  }
}

/** Whether two names are links to one file, as two collections of one file are, and those of a corpus that was made before. */
async function isSameFile(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([stat(path), stat(other).catch(() => null)]);
  return two !== null && one.dev === two.dev && one.ino === two.ino;
}
