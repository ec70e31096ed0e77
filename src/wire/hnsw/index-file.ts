import { type FileHandle, open } from 'node:fs/promises';
import { readInto } from '../../corpus/files/read-into.ts';
import { counted } from '../../counted.ts';

/** What an index file must hold. */
export interface ExpectedIndex {
  readonly count: number;
  readonly dimension: number;
  readonly m: number;
  /** Whether vectors were normalised when they were stored. */
  readonly isCosine: boolean;
}

/** How the parts of a file lie: of hnswlib 0.8, little-endian. */
interface Layout extends ExpectedIndex {
  readonly file: string;
  readonly handle: FileHandle;
  /** Bytes of an element: its links on the lowest level, its vector and its label. */
  readonly elementBytes: number;
  readonly maxLevel: number;
  readonly entry: number;
}

const HEADER_BYTES = 96;
const BLOCK_BYTES = 4 << 20;
/** The library takes some 50 bytes for each document that an index has room for. */
const MOST_ROOM = 2 ** 24;
const NORM_TOLERANCE = 1e-3;

/**
 * Reads an index file of hnswlib through before the library does, which believes whatever stands in it: numbers beyond
 * its documents end the process, and vectors of another length are taken for those of the index.
 * @throws Error that says what is wrong with it
 */
export async function checkIndexFile(file: string, expected: ExpectedIndex): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const layout = await layoutOf(file, handle, expected);
    const lowest = layout.count * layout.elementBytes;
    if (size < HEADER_BYTES + lowest) throw damaged(layout, `it ends at byte ${size}`);
    await checkElements(layout);
    checkLevels(layout, await bytesAt(layout, HEADER_BYTES + lowest, size - HEADER_BYTES - lowest));
  } finally {
    await handle.close();
  }
}

async function layoutOf(
  file: string,
  handle: FileHandle,
  expected: ExpectedIndex,
): Promise<Layout> {
  const header = await bytesAt({ file, handle }, 0, HEADER_BYTES);
  const whole = (at: number): number => Number(header.readBigUInt64LE(at));
  const { count, dimension, m } = expected;
  const [room, own, M] = [whole(8), whole(16), whole(72)];
  if (own !== count) {
    throw new Error(
      `${file} holds ${counted(own, 'vector')}, and ${file}.json ${counted(count, 'id')}`,
    );
  }
  if (M !== m) throw new Error(`${file} was made with M ${M}, and ${file}.json says ${m}`);
  const vectorAt = 8 * m + 4;
  const labelAt = vectorAt + 4 * dimension;
  if (whole(40) !== vectorAt || whole(32) !== labelAt) {
    throw new Error(
      `${file} holds vectors of ${(whole(32) - whole(40)) / 4} dimensions, and ${file}.json says ${dimension}`,
    );
  }
  const isSound =
    whole(0) === 0 &&
    room >= count &&
    room <= Math.max(MOST_ROOM, 16 * count) &&
    whole(24) === labelAt + 8 &&
    whole(56) === m &&
    whole(64) === 2 * m &&
    Math.abs(header.readDoubleLE(80) - 1 / Math.log(m)) < 1e-9;
  if (!isSound) throw damaged({ file }, 'its header contradicts itself');
  return {
    ...expected,
    file,
    handle,
    elementBytes: labelAt + 8,
    maxLevel: header.readInt32LE(48),
    entry: header.readUInt32LE(52),
  };
}

/** Links of the lowest level lead to documents, vectors are finite, and each label is there once. */
async function checkElements(layout: Layout): Promise<void> {
  const { count, dimension, m, elementBytes, isCosine } = layout;
  const seen = new Uint8Array(count);
  const step = Math.max(1, Math.floor(BLOCK_BYTES / elementBytes));
  for (let first = 0; first < count; first += step) {
    const taken = Math.min(step, count - first);
    const bytes = await bytesAt(layout, HEADER_BYTES + first * elementBytes, taken * elementBytes);
    for (let i = 0; i < taken; i++) {
      const at = i * elementBytes;
      if (!areLinks(bytes, at, 2 * m, (link) => link < count)) throw strayLink(layout, first + i);
      const vectorAt = at + 8 * m + 4;
      const vector = new Float32Array(bytes.buffer, bytes.byteOffset + vectorAt, dimension);
      let square = 0;
      for (let j = 0; j < dimension; j++) square += (vector[j] as number) ** 2;
      // NaN and Infinity stay in the sum.
      if (!Number.isFinite(square)) throw damaged(layout, `vector ${first + i} is not finite`);
      if (isCosine && square !== 0 && Math.abs(square - 1) > NORM_TOLERANCE) {
        throw damaged(layout, `vector ${first + i} is not normalised, as cosine needs it`);
      }
      const label = Number(bytes.readBigUInt64LE(vectorAt + 4 * dimension));
      if (!(label < count) || seen[label] === 1) {
        throw damaged(layout, `label ${label} is not one of 0 to ${count - 1}, or stands twice`);
      }
      seen[label] = 1;
    }
  }
}

/** Links of the levels above lead to documents that are on this level too; the walk begins at one that is on all. */
function checkLevels(layout: Layout, bytes: Buffer): void {
  const { count, m, maxLevel, entry } = layout;
  const listBytes = 4 * m + 4;
  const levels = new Int32Array(count);
  const starts = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const size = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : Number.NaN;
    const level = size / listBytes;
    if (!(Number.isInteger(level) && level <= maxLevel && at + 4 + size <= bytes.length)) {
      throw damaged(layout, `its lists of document ${i} are cut short`);
    }
    levels[i] = level;
    starts[i] = at + 4;
    at += 4 + size;
  }
  if (at !== bytes.length) throw damaged(layout, `${bytes.length - at} bytes are left over`);
  if (count > 0 && levels[entry] !== maxLevel) {
    throw damaged(layout, 'it begins at a document that is not there');
  }
  for (let i = 0; i < count; i++) {
    for (let level = 1; level <= (levels[i] ?? 0); level++) {
      const list = (starts[i] ?? 0) + (level - 1) * listBytes;
      if (!areLinks(bytes, list, m, (link) => (levels[link] ?? -1) >= level)) {
        throw strayLink(layout, i);
      }
    }
  }
}

/** Whether a list has at most so many links, and each leads where it may: a count in two bytes, then 32-bit numbers. */
function areLinks(
  bytes: Buffer,
  at: number,
  most: number,
  leads: (link: number) => boolean,
): boolean {
  const links = bytes.readUInt16LE(at);
  if (links > most) return false;
  for (let i = 1; i <= links; i++) if (!leads(bytes.readUInt32LE(at + 4 * i))) return false;
  return true;
}

async function bytesAt(
  { file, handle }: Pick<Layout, 'file' | 'handle'>,
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  const filled = await readInto(handle, bytes, offset);
  if (filled < length) throw damaged({ file }, `it ends at byte ${offset + filled}`);
  return bytes;
}

function strayLink(layout: Layout, element: number): Error {
  return damaged(layout, `document ${element} is linked to what is not there`);
}

function damaged({ file }: Pick<Layout, 'file'>, what: string): Error {
  return new Error(`${file} is damaged or no index of hnswlib: ${what}`);
}
