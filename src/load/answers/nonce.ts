import type { Query } from '../../corpus/types.ts';
import type { Hit } from '../../wire/operations.ts';
import type { PreparedSide } from '../drive/sides.ts';
import { runClosedTrial } from '../drive/trial.ts';
import { outcomeOf } from '../recorder.ts';
import { createAnswerBook } from './answers.ts';

/** What a side answered to one text that it had never seen. */
export interface NonceAnswer {
  readonly query: Query;
  /** Null where it did not answer. */
  readonly hits: readonly Hit[] | null;
  /** Ids of known queries (or of other nonces) with the very same documents and scores; empty where all is well. */
  readonly sameAs: readonly string[];
}

const WORDS = 6;

/**
 * Texts that no run has seen: words of the corpus's own queries in a new order, with a random number. Made-up
 * words alone would all embed alike, and equal answers would then be no sign of a cache.
 */
export function nonceQueries(
  queries: readonly Query[],
  count: number,
  /** Whole numbers from 0 to below `limit`; from a source that never repeats between runs. */
  random: (limit: number) => number,
): Query[] {
  const words = [...new Set(queries.flatMap(({ text }) => text.split(/\s+/)))].filter(
    (word) => word !== '',
  );
  const collections = queries.find(({ filter }) => filter === undefined)?.collections ??
    queries[0]?.collections ?? [''];
  return Array.from({ length: count }, (_, index) => {
    const picked = Array.from({ length: WORDS }, () => words[random(words.length)] ?? '');
    const id = `nonce-${index}-${random(2 ** 32).toString(36)}`;
    return { id, need: id, text: [...picked, random(1e9)].join(' '), slices: [], collections };
  });
}

/**
 * Asks one side texts that nobody asked before, and compares the answers with those it gave to known
 * queries and with each other: an answer that is the same to the last digit was not computed for its text.
 */
export async function askNonces(
  side: PreparedSide,
  nonces: readonly Query[],
  options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<NonceAnswer[]> {
  const exchanges = nonces.map((query) => side.exchangeOf(query));
  const answers = createAnswerBook();
  const { record } = await runClosedTrial({
    ...options,
    arm: { ...side.arm, exchanges, answers },
    concurrency: 1,
    durationMs: 60_000,
    maxRequests: exchanges.length,
    seed: 1,
  });
  const hits = new Map<number, readonly Hit[] | null>();
  for (let row = 0; row < record.schedule.count; row++) {
    const index = record.schedule.query[row] ?? -1;
    const query = nonces[index];
    const variant = record.variant[row] ?? 0;
    if (query === undefined || outcomeOf(record, row) !== 'ok' || variant === 0) continue;
    hits.set(index, hitsOrNull(side, answers.variant(index, variant), query));
  }
  const seen = knownAnswers(side);
  return nonces.map((query, index) => {
    const found = hits.get(index) ?? null;
    // Two texts that match nothing are answered alike without any cache.
    if (found === null || found.length === 0) return { query, hits: found, sameAs: [] };
    const key = fingerprint(found);
    const sameAs = seen.get(key) ?? [];
    seen.set(key, [...sameAs, query.id]);
    return { query, hits: found, sameAs };
  });
}

/** Ids of the queries that a side is known to have answered, by what it answered. */
function knownAnswers(side: PreparedSide): Map<string, readonly string[]> {
  const seen = new Map<string, readonly string[]>();
  const { answers } = side.arm;
  for (const [index, query] of side.queries.entries()) {
    for (let number = 1; number <= (answers?.variantCount(index) ?? 0); number++) {
      const hits =
        answers === undefined ? null : hitsOrNull(side, answers.variant(index, number), query);
      if (hits === null) continue;
      const key = fingerprint(hits);
      const ids = seen.get(key) ?? [];
      if (!ids.includes(query.id)) seen.set(key, [...ids, query.id]);
    }
  }
  return seen;
}

function hitsOrNull(side: PreparedSide, body: Uint8Array, query: Query): readonly Hit[] | null {
  try {
    return side.hitsOf(body, query);
  } catch {
    return null;
  }
}

function fingerprint(hits: readonly Hit[]): string {
  return JSON.stringify(hits.map(({ id, collection, rawScore }) => [collection, id, rawScore]));
}
