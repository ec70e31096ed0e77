import type { Random } from '../../../../src/stats/random.ts';

/** A damaged copy of a file; `cut` where nothing was done but to cut it short. */
export interface Mutant {
  readonly bytes: Buffer;
  /** What was done, e.g. `flip 17, cut 60`. */
  readonly what: string;
  readonly isCut: boolean;
}

const NUMBERS = [0, 1, 2, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const TOKENS = [
  ...[
    '\n',
    '\r\n',
    '\t',
    '\0',
    '\ufeff',
    ',',
    '"',
    '{',
    '}',
    '[',
    ']',
    'NaN',
    '1e999',
    '-0',
    '__proto__',
  ],
  ...[
    '\u001b[2J',
    '\u202e',
    '\\ud800',
    '9'.repeat(40),
    '['.repeat(300),
    '{"a":'.repeat(200),
    '\xff\xfe',
  ],
  'x'.repeat(5000),
];

/** One of many ways to damage a file; every third is cut short and nothing else. */
export function mutate(bytes: Buffer, random: Random): Mutant {
  if (random.chance(1 / 3)) {
    const end = random.below(bytes.length);
    return { bytes: bytes.subarray(0, end), what: `cut ${end}`, isCut: true };
  }
  let mutant = Buffer.from(bytes);
  const done: string[] = [];
  for (let step = random.integer(1, 4); step > 0 && mutant.length > 0; step--) {
    const at = random.below(mutant.length);
    const change = random.pick(CHANGES);
    mutant = change(mutant, at, random);
    done.push(`${change.name} ${at}`);
  }
  return { bytes: mutant, what: done.join(', '), isCut: false };
}

type Change = (bytes: Buffer<ArrayBuffer>, at: number, random: Random) => Buffer<ArrayBuffer>;

const flip: Change = (bytes, at, random) => {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
};

const byte: Change = (bytes, at, random) => {
  bytes[at] = random.below(256);
  return bytes;
};

const number: Change = (bytes, at, random) => {
  const value = random.pick(NUMBERS);
  if (at + 4 <= bytes.length) bytes.writeUInt32LE(value, at);
  return bytes;
};

const wide: Change = (bytes, at, random) => {
  const value = random.pick([0n, 1n, -1n, 2n ** 31n, 2n ** 40n, 2n ** 62n]);
  if (at + 8 <= bytes.length) bytes.writeBigInt64LE(value, at);
  return bytes;
};

const zero: Change = (bytes, at, random) =>
  bytes.fill(0, at, Math.min(bytes.length, at + random.integer(1, 64)));

const remove: Change = (bytes, at, random) =>
  Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.integer(1, 64))]);

const repeat: Change = (bytes, at, random) => {
  const end = at + random.integer(1, 128);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end)]);
};

const swap: Change = (bytes, at, random) => {
  const other = random.below(bytes.length);
  [bytes[at], bytes[other]] = [bytes[other] ?? 0, bytes[at] ?? 0];
  return bytes;
};

const insert: Change = (bytes, at, random) =>
  Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from(random.pick(TOKENS), random.chance(0.5) ? 'utf8' : 'latin1'),
    bytes.subarray(at),
  ]);

const CHANGES: readonly Change[] = [flip, byte, number, wide, zero, remove, repeat, swap, insert];
