import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { isPackedBy, PACKED } from '../../../disk/packed.ts';
import { importProblem, unreadableImport } from '../problem.ts';
import { bunzip2 } from './bzip2.ts';

/** How a file is packed. */
type Packing = 'gzip' | 'zstd' | 'bzip2';

const PACKINGS = {
  gzip: { ends: /\.gz$/i, ...PACKED.gzip },
  zstd: { ends: /\.zst$/i, ...PACKED.zstd },
  bzip2: { ends: /\.bz2$/i, ...PACKED.bzip2 },
} as const;

/** Archives of several files, which are not looked into, and what unpacks them. */
const ARCHIVES: readonly (readonly [RegExp, string])[] = [
  [/\.(tar(\.\w+)?|tgz|tbz2?|tzst|txz)$/i, 'tar -xf'],
  [/\.zip$/i, 'unzip'],
  [/\.npz$/i, 'unzip'],
  [/\.7z$/i, '7z x'],
  [/\.rar$/i, 'unrar x'],
  [/\.xz$/i, 'xz -dk'],
  [/\.lz4$/i, 'lz4 -d'],
];

/** Bytes from which on a file must not be packed more tightly than any text is. */
const FREE_BYTES = 2 ** 26;
const MOST_RATIO = 250;
/** Frames of Zstandard from which on a file must not consist of tiny ones: each costs a new unpacker. */
const FREE_FRAMES = 1000;
const LEAST_FRAME_BYTES = 256;
/** No file is unpacked to more than this: 64 GiB. */
const MOST_BYTES = 2 ** 36;

/** The name without the ending of a packed file; the same name where it has none. */
export function unpackedName(name: string): string {
  const packing = byName(name);
  return packing === null ? name : name.replace(PACKINGS[packing].ends, '');
}

/** @throws UsageError for an archive of several files, or a packing that is not read, with the tool that unpacks it */
export function refuseArchive(path: string): void {
  const found = ARCHIVES.find(([ends]) => ends.test(path));
  if (found === undefined) return;
  throw importProblem(
    'archive',
    path,
    'archives of this kind are not read',
    `unpack it (${found[1]} FILE) and give what was in it; .gz, .zst and .bz2 of one file are read`,
  );
}

/** Text files, which never begin like a packed one: their bytes tell, where the name does not. */
const TEXTS = /\.(jsonl|ndjson|json|tsv|csv|txt|qrels|trec)$/i;

/**
 * How a file is packed; null where it is not.
 * @throws UsageError where its name says that it is packed and its bytes say that it is not
 */
export async function packingOf(path: string): Promise<Packing | null> {
  const named = byName(path);
  if (named === null && !TEXTS.test(path)) return null;
  const start = await bytesAt(path, 0, 4);
  const packing = isSkippable(start)
    ? 'zstd'
    : packings().find((one) => isPackedBy(PACKINGS[one], start));
  if (packing !== undefined || named === null) return packing ?? null;
  throw importProblem(
    'unpack',
    `${path}: byte 0`,
    start.length === 0 ? 'the file is empty' : `does not begin like a file that ${named} made`,
    'fetch the file again, or correct its name',
  );
}

/**
 * Unpacks a file.
 * @param to where to; must not exist
 * @param options `limitBytes`: most that it may unpack to, else 64 GiB, or 250 times its size above 64 MiB
 * @throws UsageError for a file that is damaged, cut short, or unpacks to more than any text would
 */
export async function unpack(
  path: string,
  packing: Packing,
  to: string,
  options: { readonly signal?: AbortSignal; readonly limitBytes?: number } = {},
): Promise<void> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  const { size } = await handle.stat().finally(() => handle.close());
  const limit = options.limitBytes ?? Math.min(MOST_BYTES, Math.max(FREE_BYTES, size * MOST_RATIO));
  const out = await open(to, 'wx');
  let bytes = 0;
  try {
    for await (const piece of pieces(path, packing, size)) {
      options.signal?.throwIfAborted();
      bytes += piece.length;
      if (bytes > limit) throw tooMuch(path, packing, limit);
      await out.appendFile(piece);
    }
  } finally {
    await out.close();
  }
}

async function* pieces(path: string, packing: Packing, size: number): AsyncGenerator<Uint8Array> {
  try {
    if (packing === 'gzip') {
      const unpacker = createGunzip();
      yield* through(path, 0, unpacker);
      await checkRest(path, unpacker.bytesWritten);
    }
    if (packing === 'bzip2') yield* bunzip2(reader(path));
    if (packing !== 'zstd') return;
    // The runtime ends after the first frame of a file: the others are read one after another.
    for (let at = 0, frames = 1; at < size; frames++) {
      if (frames > FREE_FRAMES && at < frames * LEAST_FRAME_BYTES) {
        throw new RangeError(`${frames - 1} frames in the first ${at} bytes`);
      }
      const head = await bytesAt(path, at, 8);
      if (isSkippable(head)) {
        at += head.length < 8 ? size : 8 + head.readUInt32LE(4);
        if (at > size) throw new RangeError('a frame is cut short');
        continue;
      }
      const frame = createZstdDecompress();
      yield* through(path, at, frame);
      if (frame.bytesWritten === 0) throw new RangeError('a frame is empty');
      at += frame.bytesWritten;
    }
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw importProblem(
      'unpack',
      path,
      `cannot be unpacked (${packing}): ${cause.message}`,
      'fetch the file again: it was cut short or is damaged',
      cause,
    );
  }
}

/** The runtime takes what is no further member for padding: only zeros are. @throws RangeError for anything else */
async function checkRest(path: string, start: number): Promise<void> {
  const rest: AsyncIterable<Buffer> = createReadStream(path, { start });
  try {
    for await (const piece of rest) {
      if (piece.some((byte) => byte !== 0)) throw new RangeError(`damaged after byte ${start}`);
    }
  } catch (cause) {
    throw cause instanceof RangeError ? cause : unreadableImport(path, cause);
  }
}

/** Errors of the unpackers themselves: zlib's carry a code and a number, ours are RangeErrors. */
function isDamage(error: unknown): error is Error {
  if (error instanceof RangeError) return true;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return error instanceof Error && typeof code === 'string' && /^(Z_|ZSTD_|ERR_Z)/.test(code);
}

async function* through(
  path: string,
  start: number,
  unpacker: NodeJS.ReadWriteStream,
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { start, highWaterMark: 1 << 18 });
  // A frame may have ended before all that was read is handed over; what comes then is no part of it.
  unpacker.on('error', () => {});
  source.once('error', (cause) => unpacker.emit('error', unreadableImport(path, cause)));
  try {
    for await (const piece of source.pipe(unpacker)) yield piece as unknown as Uint8Array;
  } finally {
    source.destroy();
  }
}

function reader(path: string): () => Promise<Uint8Array | null> {
  const stream = createReadStream(path, { highWaterMark: 1 << 18 });
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  return async () => {
    const next = await chunks.next().catch((cause: unknown) => {
      throw unreadableImport(path, cause);
    });
    return next.done === true ? null : next.value;
  };
}

/** Whether a frame of Zstandard begins that holds no data (RFC 8878, 3.1.2), as pzstd and seekable files have them. */
function isSkippable([low = 0, ...high]: Uint8Array): boolean {
  return low >> 4 === 5 && high[0] === 0x2a && high[1] === 0x4d && high[2] === 0x18;
}

async function bytesAt(path: string, at: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadableImport(path, cause);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw unreadableImport(path, cause);
  } finally {
    await handle.close();
  }
}

function packings(): Packing[] {
  return Object.keys(PACKINGS) as Packing[];
}

function byName(name: string): Packing | null {
  return packings().find((packing) => PACKINGS[packing].ends.test(name)) ?? null;
}

function tooMuch(path: string, packing: Packing, limit: number): Error {
  return importProblem(
    'unpack-size',
    path,
    `unpacks to more than ${limit} bytes`,
    `where that is meant, unpack it yourself (${PACKINGS[packing].tool} FILE) and give the result`,
  );
}
