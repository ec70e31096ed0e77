import {
  Dictionary,
  Field,
  Int32,
  LargeUtf8,
  makeData,
  RecordBatch,
  RecordBatchFileReader,
  RecordBatchReader,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  Utf8View,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { expect, test } from 'vitest';
import { rowsOf } from './read-here.ts';

const IDS = Array.from({ length: 8 }, (_, i) => `r${i}`);
const TEXTS = IDS.map((id) => `the long text é of ${id}`);

function file(...columns: readonly (readonly [string, Vector])[]): Buffer {
  const schema = new Schema(columns.map(([name, { type }]) => new Field(name, type, true)));
  const children = columns.map(([, vector]) => vector.data[0]).filter((one) => one !== undefined);
  const type = new Struct(schema.fields);
  const data = makeData({ type, length: IDS.length, nullCount: 0, children });
  return Buffer.from(tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), 'file'));
}

const texts = (values: readonly (string | null)[]) => vectorFromArray(values, new Utf8());

/** The bytes with one of them changed, some places behind what is looked for. */
function changed(bytes: Buffer, near: string | Buffer, behind: number, to: Buffer): Buffer {
  const at = bytes.indexOf(near);
  expect(at).toBeGreaterThan(0);
  const copy = Buffer.from(bytes);
  to.copy(copy, at + behind);
  return copy;
}

test.each([new Utf8(), new LargeUtf8(), new Utf8View()])(
  'texts of the type %s are read, and refused where they are not UTF-8',
  async (type) => {
    const values = TEXTS.map((text, i) => (i === 2 ? null : text));
    const bytes = file(['id', texts(IDS)], ['text', vectorFromArray(values, type)]);
    expect(await rowsOf('arrow', bytes)).toEqual(IDS.map((id, i) => [id, values[i] ?? '']));
    const place = TEXTS[3]?.indexOf('é') ?? 0;
    const broken = changed(bytes, TEXTS[3] ?? '', place + 1, Buffer.from('A'));
    await expect(rowsOf('arrow', broken)).rejects.toThrow(/column text: a text is not UTF-8/);
  },
);

test('a text that ends within a character is refused, though all of them together are UTF-8', async () => {
  const bytes = file(['id', texts(IDS)], ['text', texts(IDS.map(() => 'éé'))]);
  const offsets = Buffer.from(Int32Array.of(0, 4, 8, 12).buffer);
  const broken = changed(bytes, offsets, 4, Buffer.from(Int32Array.of(3).buffer));
  await expect(rowsOf('arrow', broken)).rejects.toThrow(/column text: a text is not UTF-8/);
});

const KINDS = vectorFromArray(
  IDS.map((_, i) => `kind ${i % 3}`),
  new Dictionary(new Utf8(), new Int32()),
);

test.each<[string, Int32Array, number, Int32Array, RegExp]>([
  ['entries beyond it', Int32Array.of(0, 1, 2, 0), 4, Int32Array.of(77), /dictionary of 3/],
  ['entries before it', Int32Array.of(0, 1, 2, 0), 4, Int32Array.of(-1), /dictionary of 3/],
  ['texts that go back', Int32Array.of(0, 6, 12, 18), 4, Int32Array.of(14, 3), /its offsets/],
])('a dictionary with %s is refused', async (_, near, behind, to, message) => {
  const bytes = file(['id', texts(IDS)], ['text', KINDS]);
  expect((await rowsOf('arrow', bytes))[4]).toEqual(['r4', 'kind 1']);
  const broken = changed(bytes, Buffer.from(near.buffer), behind, Buffer.from(to.buffer));
  await expect(rowsOf('arrow', broken)).rejects.toThrow(message);
});

test('nulls that are other than were counted are refused: texts would be left out', async () => {
  const bytes = file(
    ['id', texts(IDS)],
    ['text', texts(TEXTS.map((t, i) => (i === 3 ? null : t)))],
  );
  const broken = changed(bytes, Buffer.of(0xf7, 0, 0, 0), 0, Buffer.of(0));
  await expect(rowsOf('arrow', broken)).rejects.toThrow(/column text has other nulls/);
});

test('two columns of one name are refused', async () => {
  const bytes = file(['id', texts(IDS)], ['text', texts(TEXTS)], ['text', texts(IDS)]);
  await expect(rowsOf('arrow', bytes)).rejects.toThrow(/two columns are called "text"/);
});

test('a footer that names one batch twice is refused', async () => {
  const part = (from: number) =>
    new Table({ id: texts(IDS.slice(from, from + 4)), text: texts(TEXTS.slice(from, from + 4)) });
  const bytes = Buffer.from(tableToIPC(part(0).concat(part(4)), 'file'));
  expect(await rowsOf('arrow', bytes)).toHaveLength(8);
  const reader = RecordBatchReader.from(bytes).open();
  const blocks = reader instanceof RecordBatchFileReader ? reader.footer?.recordBatches() : [];
  const [first, second] = Array.from(blocks ?? [], ({ offset }) => offset);
  const at = bytes.lastIndexOf(Buffer.from(BigInt64Array.of(BigInt(second ?? 0)).buffer));
  bytes.writeBigInt64LE(BigInt(first ?? 0), at);
  await expect(rowsOf('arrow', bytes)).rejects.toThrow(/footer names byte \d+ where the next/);
});

test('big-endian numbers are refused, whatever says so: they would be read the wrong way round', async () => {
  const bytes = file(['id', texts(IDS)], ['text', texts(TEXTS)]);
  const stream = Buffer.from(tableToIPC(tableFromIPC(bytes), 'stream'));
  expect(await rowsOf('arrow', stream)).toHaveLength(IDS.length);
  // A footer begins with the place of its root, and the message of a schema behind two lengths.
  const footer = bytes.length - 10 - bytes.readInt32LE(bytes.length - 10);
  for (const [whole, start, field] of [
    [stream, 8, 2],
    [bytes, footer, 1],
  ] as const) {
    const broken = Buffer.from(whole);
    const root = start + broken.readUInt32LE(start);
    const entry = root - broken.readInt32LE(root) + 4 + 2 * field;
    const at = root + broken.readUInt16LE(entry);
    const schema = at + broken.readUInt32LE(at);
    const places = schema - broken.readInt32LE(schema);
    // Left out where it is little: then it is read where the columns are named, which is not 0 either.
    if (broken.readUInt16LE(places + 4) === 0)
      broken.copy(broken, places + 4, places + 6, places + 8);
    else broken.writeInt16LE(1, schema + broken.readUInt16LE(places + 4));
    await expect(rowsOf('arrow', broken)).rejects.toThrow('its numbers are big-endian');
  }
});
