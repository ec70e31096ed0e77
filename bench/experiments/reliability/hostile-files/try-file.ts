import fs from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '../../../../src/errors.ts';
import { randomStream } from '../../../../src/stats/random.ts';
import { type Mutant, mutate } from './mutate.ts';
import { rowsRead } from './read-file.ts';
import { ROWS, type SoundFile } from './sound-files.ts';

const openSync = fs.openSync;
/** Bytes of a row of the formats whose rows are equally long. */
const ROW_BYTES: Readonly<Record<string, number>> = {
  'rows.fvecs': 16,
  'rows.bvecs': 7,
  'lists.ivecs': 12,
};

/** The mutant of a seed, and the file that it is made from. */
export function mutantOf(
  seed: number,
  files: readonly SoundFile[],
): { readonly file: SoundFile; readonly mutant: Mutant } {
  const random = randomStream(seed, 'hostile files');
  const file = random.pick(files);
  return { file, mutant: mutate(file.bytes, random) };
}

/**
 * Reads the mutant of a seed.
 * @param isConfined whether libraries run in a process of their own
 * @returns null where it was read or refused as it should be, else what happened
 */
export async function tryFile(
  seed: number,
  files: readonly SoundFile[],
  scratch: string,
  isConfined: boolean,
): Promise<string | null> {
  const { file, mutant } = mutantOf(seed, files);
  const folder = join(scratch, String(seed));
  // Small files at once: a hundred thousand times, waiting for threads takes longer than the files do.
  fs.mkdirSync(folder);
  fs.writeFileSync(join(folder, file.name), mutant.bytes);
  // A reader of HDF5 lets its process open one file only: here it is the next one's turn.
  fs.openSync = openSync;
  try {
    const rows = await rowsRead(folder, file.name, file.reading, isConfined);
    const wrong = whyWrong(file, mutant, rows);
    return wrong === null ? null : `${file.name} (${mutant.what}): ${wrong}`;
  } catch (error) {
    const wrong = whyNoRefusal(error);
    return wrong === null ? null : `${file.name} (${mutant.what}): ${wrong}`;
  } finally {
    fs.openSync = openSync;
    fs.rmSync(folder, { recursive: true });
  }
}

/** Why a mutant should not have been read with so many rows. */
function whyWrong(
  { bytes: sound, name, tells }: SoundFile,
  { bytes, isCut }: Mutant,
  rows: number,
): string | null {
  if (bytes.equals(sound)) return null;
  if (tells === 'all') return `read with ${rows} rows, though its sha256 is another`;
  if (tells === 'count' && rows !== ROWS) return `read with ${rows} of ${ROWS} rows`;
  if (tells === 'shape' && !isToldByShape(name, bytes, rows)) {
    return `read with ${rows} rows, which its header and its ${bytes.length} bytes do not tell`;
  }
  if (!isCut) return null;
  const isWhole = tells === 'rows' && isWholeRows(name, bytes, sound, rows);
  if (isWhole || bytes.length === 0) return null;
  // A last line without its line break is whole.
  return bytes.length === sound.length - 1 && sound.at(-1) === 0x0a && rows === ROWS
    ? null
    : `read with ${rows} rows, though it ends at byte ${bytes.length} of ${sound.length}`;
}

/** Bytes of a number of the formats that have a header of rows and width. */
const NUMBER_BYTES: Readonly<Record<string, number>> = {
  ...{ 'rows.fbin': 4, 'rows.u8bin': 1, 'rows.i8bin': 1, 'lists.ibin': 4 },
  ...{ 'rows.npy': 4, 'half.npy': 2, 'lists.npy': 4 },
};

/** Whether a header tells so many rows, and a width by which they fill the file. */
function isToldByShape(name: string, bytes: Buffer, rows: number): boolean {
  const { count, width, start } = name.endsWith('.npy') ? npyShape(bytes) : binShape(bytes);
  const body = count * width * (NUMBER_BYTES[name] ?? 0);
  // Lists may have as many distances behind them.
  const bodies = name === 'lists.ibin' ? [body, 2 * body] : [body];
  return rows === count && bodies.includes(bytes.length - start);
}

interface Shape {
  readonly count: number;
  readonly width: number;
  /** First byte after the header. */
  readonly start: number;
}

function binShape(bytes: Buffer): Shape {
  return { count: bytes.readUInt32LE(0), width: bytes.readUInt32LE(4), start: 8 };
}

function npyShape(bytes: Buffer): Shape {
  const start = 10 + bytes.readUInt16LE(8);
  const [, count, width] =
    /'shape'\s*:\s*\(\s*(\d+)\s*,\s*(\d+)/.exec(bytes.toString('latin1', 10, start)) ?? [];
  return { count: Number(count), width: Number(width), start };
}

/** Whether a cut file has all of its whole rows, and at most one that was cut where it still reads as one. */
function isWholeRows(name: string, bytes: Buffer, sound: Buffer, rows: number): boolean {
  const rowBytes = ROW_BYTES[name];
  if (rowBytes !== undefined) return bytes.length === rows * rowBytes;
  const breaks = (some: Buffer) => some.filter((byte) => byte === 0x0a).length;
  const lines = breaks(bytes) - (breaks(sound) - ROWS);
  return rows === Math.max(0, lines) || rows === lines + 1;
}

/** Why an error is none that a user should see. */
function whyNoRefusal(error: unknown): string | null {
  if (!(error instanceof BenchError)) return `no error of the suite: ${String(error)}`;
  if (/[\r\n]/.test(error.message)) return `an error of several lines: ${error.message}`;
  return error.hint === null ? `an error without advice: ${error.message}` : null;
}
