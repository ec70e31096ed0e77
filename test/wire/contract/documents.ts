import type { Metadata } from '../../../src/corpus/types.ts';

/** One document of the contract. */
export interface ContractDocument {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
  readonly vector: Float32Array;
}

const DIMENSION = 8;

/** Ids of every kind that a corpus may have, beside plain ones. */
const STRANGE_IDS = [
  '7',
  '007',
  '-1',
  '18446744073709551615',
  'a b',
  ' ',
  'a/b',
  '../x',
  "o'clock",
  '"quoted"',
  'back\\slash',
  '%41?x=1&y#z',
  '{collection}',
  'größe',
  '漢字',
  '👩‍🌾',
  '\u00e9',
  'e\u0301',
  'NULL',
  'true',
  'A',
  'a',
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  'x'.repeat(200),
];

/** Numbers between −1 and 1, the same every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.fround((state / 2 ** 32) * 2 - 1);
  };
}

/** A vector of eight numbers; `seed` decides them. */
export function contractVector(seed: number): Float32Array {
  const next = numbers(seed * 7_919 + 1);
  for (let i = 0; i < 8; i++) next();
  return Float32Array.from({ length: DIMENSION }, next);
}

/** 300 documents: every kind of id, and metadata of every kind with gaps in it. */
export const DOCUMENTS: readonly ContractDocument[] = Array.from({ length: 300 }, (_, at) => {
  const years = at % 10;
  return {
    id: STRANGE_IDS[at] ?? `d-${at}`,
    text: `document ${at}`,
    metadata: {
      city: ['Oslo', 'Paris', "L'Aquila", '漢字', 'Zürich'][at % 5] ?? '',
      ...(at % 3 === 0 ? {} : { years }),
      ...(at % 4 === 0 ? { remote: at % 8 === 0 } : {}),
      ...(at % 6 === 0 ? { 'odd "name" of.a $field': 'x' } : {}),
      ...(at % 7 === 0 ? { years: null } : {}),
      ...(at % 11 === 0 ? { years: String(years) } : {}),
      skills: ['a', 'b'],
    },
    vector: contractVector(at + 1),
  };
});
