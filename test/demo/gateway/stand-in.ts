import type { Collection, Metadata } from '../../../src/corpus/types.ts';
import type { Gateway } from '../../../src/demo/gateway/types.ts';
import type { Encoder } from '../../../src/embed/types.ts';

/** A bag-of-words encoder without a model: each word has a seeded direction, a text is their sum. */
export function standInEncoder(dimension = 768): Encoder {
  const sums = new Map<string, Float32Array>();
  const words = new Map<string, Float32Array>();
  const wordVector = (word: string): Float32Array => {
    const known = words.get(word);
    if (known !== undefined) return known;
    let state = [...word].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7);
    const vector = Float32Array.from({ length: dimension }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32 - 0.5) * 2.5;
    });
    words.set(word, vector);
    return vector;
  };
  return {
    name: 'stand-in',
    dimension,
    maxTokens: 512,
    fingerprint: 'stand-in',
    embed: async (texts) =>
      texts.map((text) => {
        const known = sums.get(text);
        if (known !== undefined) return known;
        const sum = new Float32Array(dimension);
        for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
          const vector = wordVector(word);
          for (let i = 0; i < dimension; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
        }
        sums.set(text, sum);
        return sum;
      }),
    close: async () => {},
  };
}

const ROLES = ['Welder', 'Forklift Operator', "Driver's Mate", 'Picker'];
const STATES = ['IL', 'OH', 'il', 'Ünter', '🚚'];

function workerMetadata(i: number): Metadata {
  return {
    role: ROLES[i % ROLES.length] ?? null,
    state: i % 11 === 0 ? null : (STATES[i % STATES.length] ?? null),
    years: i % 13,
    pay: 12.5 + i / 4,
    remote: i % 3 === 0,
    skills: ['say "hi"', `skill ${i % 5}`, 'back\\slash'],
    ...(i % 7 === 0 ? { note: `o'note-${i}` } : {}),
  };
}

/** 120 workers and 30 jobs, with every type of metadata, nulls, missing fields and duplicates. */
export const COLLECTIONS: readonly Collection[] = [
  {
    name: 'workers',
    documents: Array.from({ length: 120 }, (_, i) => ({
      id: `w-${i}`,
      // Two of each ten have equal texts.
      text: `worker ${i - (i % 10 === 9 ? 1 : 0)} ${ROLES[i % 4]} of town ${i % 9} unit ${i % 17}`,
      metadata: workerMetadata(i),
    })),
  },
  {
    name: 'jobs',
    documents: Array.from({ length: 30 }, (_, i) => ({
      id: `j-${i}`,
      text: `job ${i} needs a ${ROLES[i % 4]} in town ${i % 9}`,
      metadata: { role: ROLES[i % 4] ?? null, open: i % 2 === 0 },
    })),
  },
];

/** Sends one JSON request to a gateway without a socket and gives status and parsed body. */
export async function post(
  gateway: Gateway,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await gateway.fetch(
    new Request(`http://gateway${path}`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
