import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { jsonLines } from '../inputs.ts';

/** Rows of every file. */
export const ROWS = 5;
export const DIMENSION = 3;
/** The components of all vectors. */
export const NUMBERS = Float32Array.from({ length: ROWS * DIMENSION }, (_, at) => (at - 6) / 8);

const SEARCH = '/v1/matrix/search';
const NUMBERED = Array.from({ length: ROWS }, (_, row) => row);
const RECORDS = NUMBERED.map((row) => ({
  id: `r${row}`,
  text: `text ${row}`,
  vector: [...NUMBERS.subarray(row * DIMENSION, (row + 1) * DIMENSION)],
  city: 'Lund',
  metadata: { n: row, skills: ['TIG'] },
}));
/** Five lines `{"id":"r0","text":"text 0"}`, packed by bzip2 1.0.8. */
const BZ2 =
  'QlpoOTFBWSZTWViRGckAAEFZgAAQUAR8EAYgFEogAEhIqNNH6oeowJKaAANMo/Rfnqd+oujKKEUjiSSkY+bbbb2EYRoQwhxEBDiHQyPi7kinChILEiM5IA==';

/** What reads a file: an importer (rows, fields, lists of neighbours), judgments, the unpacker, traffic, or a corpus around it. */
export type Reading = 'rows' | 'fields' | 'lists' | 'judgments' | 'packed' | 'traffic' | 'corpus';

/** A sound file of `ROWS` rows, and what its format can tell where it is damaged. */
export interface SoundFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly reading: Reading;
  /**
   * `all`: any other byte is an error. `count`: other rows are an error, whatever the damage. `shape`: other rows are an
   * error unless its header tells them and the bytes are as many. `end`: a cut is an error. `rows`: it may be cut between
   * two rows, and then has those before.
   */
  readonly tells: 'all' | 'count' | 'shape' | 'end' | 'rows';
}

/** One file a format or variety of it. HDF5 is made elsewhere, since its library needs a folder. */
export function soundFiles(hdf5: Buffer): SoundFile[] {
  const ints = Int32Array.from({ length: ROWS * 2 }, (_, at) => at % ROWS);
  const small = new Uint8Array(NUMBERS.length).fill(7);
  const jsonl = jsonLines(RECORDS);
  const file = (
    name: string,
    bytes: Uint8Array | string,
    tells: SoundFile['tells'],
    reading: Reading = 'rows',
  ): SoundFile => ({ name, bytes: Buffer.from(bytes as Uint8Array), tells, reading });
  return [
    file('rows.jsonl', jsonl, 'rows'),
    file('fields.jsonl', jsonl, 'rows', 'fields'),
    file('rows.fvecs', vecs(NUMBERS, DIMENSION), 'rows'),
    file('rows.bvecs', vecs(small, DIMENSION), 'rows'),
    file('lists.ivecs', vecs(ints, 2), 'rows', 'lists'),
    file('rows.fbin', bin(DIMENSION, NUMBERS), 'shape'),
    file('rows.u8bin', bin(DIMENSION, small), 'shape'),
    file('rows.i8bin', bin(DIMENSION, small), 'shape'),
    file('lists.ibin', bin(2, ints), 'shape', 'lists'),
    file('rows.npy', npy('<f4', DIMENSION, NUMBERS), 'shape'),
    file('half.npy', npy('<f2', DIMENSION, new Uint16Array(NUMBERS.length)), 'shape'),
    file('lists.npy', npy('<i4', 2, ints), 'shape', 'lists'),
    file('rows.parquet', parquet(), 'count'),
    file('fields.parquet', parquet(), 'count', 'fields'),
    file('rows.arrow', arrow('file'), 'count'),
    file('rows.arrows', arrow('stream'), 'count'),
    file('rows.hdf5', hdf5, 'end'),
    file('lists.hdf5', hdf5, 'end', 'lists'),
    file('qrels.tsv', judgments('\t'), 'rows', 'judgments'),
    file('qrels.csv', judgments(','), 'rows', 'judgments'),
    file('qrels.trec', judgments(' '), 'rows', 'judgments'),
    file('rows.jsonl.gz', gzipSync(jsonl), 'count', 'packed'),
    file('rows.jsonl.zst', zstdCompressSync(jsonl), 'end', 'packed'),
    file('rows.jsonl.bz2', Buffer.from(BZ2, 'base64'), 'count', 'packed'),
    file('traffic.har', har(), 'end', 'traffic'),
    file('access.jsonl', jsonLines(NUMBERED.map(exchange)), 'rows', 'traffic'),
    file('texts.txt', NUMBERED.map((row) => `question ${row}\n`).join(''), 'rows', 'traffic'),
    ...Object.entries(soundCorpus()).map(([name, text]) =>
      file(name, text, name === 'manifest.json' ? 'end' : 'all', 'corpus'),
    ),
  ];
}

/** The files of a corpus, pinned by its manifest. */
export function soundCorpus(): Readonly<Record<string, string>> {
  const files = {
    'documents.jsonl': jsonLines(RECORDS.map(({ id, text, metadata }) => ({ id, text, metadata }))),
    'queries.jsonl': jsonLines(
      NUMBERED.map((row) => ({ id: `q${row}`, text: 'a', slices: [], collections: ['docs'] })),
    ),
    'judgments.tsv': NUMBERED.map((row) => `q${row}\tdocs/r${row}\t3\n`).join(''),
  };
  const pinned = (file: keyof typeof files) => ({
    file,
    count: ROWS,
    sha256: createHash('sha256').update(files[file]).digest('hex'),
  });
  const manifest = {
    version: 1,
    name: 'small',
    collections: [{ name: 'docs', ...pinned('documents.jsonl') }],
    queries: pinned('queries.jsonl'),
    judgments: pinned('judgments.tsv'),
  };
  return { 'manifest.json': JSON.stringify(manifest), ...files };
}

function joined(...parts: readonly ArrayBufferView[]): Buffer {
  return Buffer.concat(
    parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
}

function vecs(values: Float32Array | Int32Array | Uint8Array, width: number): Buffer {
  return joined(
    ...NUMBERED.flatMap((row) => [
      Uint32Array.of(width),
      values.slice(row * width, (row + 1) * width),
    ]),
  );
}

function bin(width: number, values: ArrayBufferView): Buffer {
  return joined(Uint32Array.of(ROWS, width), values);
}

function npy(descr: string, width: number, values: ArrayBufferView): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${ROWS}, ${width}), }`;
  const head = Buffer.from('\u0093NUMPY\u0001\u0000\u0076\u0000', 'latin1');
  return joined(head, Buffer.from(`${header.padEnd(117)}\n`), values);
}

function parquet(): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'id', data: RECORDS.map(({ id }) => id), type: 'STRING' },
        { name: 'text', data: RECORDS.map(({ text }) => text), type: 'STRING' },
        { name: 'vector', data: RECORDS.map(({ vector }) => vector) },
        { name: 'n', data: Int32Array.from(NUMBERED), type: 'INT32' },
      ],
    }),
  );
}

function arrow(form: 'file' | 'stream'): Uint8Array {
  const ids = RECORDS.map(({ id }) => id);
  return tableToIPC(tableFromArrays({ id: ids, text: ids, n: Int32Array.from(NUMBERED) }), form);
}

function judgments(separator: string): string {
  const head = ['query-id', 'corpus-id', 'score'].join(separator);
  const rows = NUMBERED.map((row) => [`q${row}`, `r${row}`, '1'].join(separator));
  return `${[...(separator === ' ' ? [] : [head]), ...rows].join('\n')}\n`;
}

function exchange(row: number) {
  const body = { query_text: `question ${row}`, k: 3, corpora: ['docs'] };
  return { time: '2026-01-01T00:00:00Z', method: 'POST', path: SEARCH, body, status: 200 };
}

function har(): string {
  const entries = NUMBERED.map((row) => ({
    startedDateTime: '2026-01-01T00:00:00Z',
    request: {
      method: 'POST',
      url: `http://127.0.0.1${SEARCH}`,
      postData: { text: JSON.stringify(exchange(row).body) },
    },
    response: { status: 200, content: { text: '{"results":[]}' } },
  }));
  return JSON.stringify({ log: { entries } });
}
