import type { Random } from '../../../../src/stats/random.ts';

/** What was done to the bytes of a file; null: it was removed. */
export interface Mutation {
  readonly what: string;
  readonly bytes: Buffer | null;
}

const NEWLINE = 0x0a;

/** One of the things that befall a file: cut, bits turned, parts exchanged, lines doubled or lost, emptied, removed. */
export function mutated(bytes: Buffer, random: Random): Mutation {
  return random.pick(KINDS)(bytes, random);
}

const KINDS: readonly ((bytes: Buffer, random: Random) => Mutation)[] = [
  (bytes, random) => {
    const length = random.below(bytes.length + 1);
    return { what: `cut to ${length} bytes`, bytes: bytes.subarray(0, length) };
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    const count = random.integer(1, 8);
    for (let turn = 0; turn < count && changed.length > 0; turn++) {
      const at = random.below(changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    }
    return { what: `${count} bits turned`, bytes: changed };
  },
  (bytes, random) => {
    const [a = 0, b = 0, c = 0] = [0, 0, 0]
      .map(() => random.below(bytes.length + 1))
      .toSorted((x, y) => x - y);
    const parts = [
      bytes.subarray(0, a),
      bytes.subarray(b, c),
      bytes.subarray(a, b),
      bytes.subarray(c),
    ];
    return { what: `parts at ${a}, ${b} and ${c} exchanged`, bytes: Buffer.concat(parts) };
  },
  (bytes, random) => {
    const lines = linesOf(bytes);
    const at = random.below(Math.max(1, lines.length));
    const line = lines[at] ?? Buffer.alloc(0);
    return {
      what: `line ${at + 1} twice`,
      bytes: Buffer.concat([...lines.slice(0, at), line, ...lines.slice(at)]),
    };
  },
  (bytes, random) => {
    const lines = linesOf(bytes);
    const at = random.below(Math.max(1, lines.length));
    return { what: `line ${at + 1} lost`, bytes: Buffer.concat(lines.toSpliced(at, 1)) };
  },
  (bytes, random) => {
    const lines = linesOf(bytes);
    const [at, other] = [random.below(lines.length), random.below(lines.length)];
    const swapped = lines.with(at, lines[other] ?? bytes).with(other, lines[at] ?? bytes);
    return { what: `lines ${at + 1} and ${other + 1} exchanged`, bytes: Buffer.concat(swapped) };
  },
  // A number or a letter of a text becomes another one: what is left is as well formed as before.
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    const start = random.below(bytes.length);
    const found = changed
      .subarray(start)
      .findIndex((byte) => /[0-9a-z]/.test(String.fromCharCode(byte)));
    const at = start + Math.max(0, found);
    const old = changed[at] ?? 0x30;
    changed[at] = old >= 0x61 ? 0x61 + ((old - 0x61 + 1) % 26) : 0x30 + ((old - 0x30 + 1) % 10);
    return { what: `another letter at ${at}`, bytes: changed };
  },
  (bytes, random) => {
    const more = Buffer.from(random.chance(0.5) ? '\n{}\n' : '\0\0\0\0');
    return { what: 'bytes appended', bytes: Buffer.concat([bytes, more]) };
  },
  (bytes) => ({ what: 'zeroed', bytes: Buffer.alloc(bytes.length) }),
  () => ({ what: 'emptied', bytes: Buffer.alloc(0) }),
  () => ({ what: 'removed', bytes: null }),
];

/** Each with its line end. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines.length === 0 ? [bytes] : lines;
}
