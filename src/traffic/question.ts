import { createHash } from 'node:crypto';
import { needKey } from '../corpus/needs.ts';
import type { Filter } from '../corpus/types.ts';
import type { Cell } from '../record/types.ts';
import type { Dialect, ReadRequest } from '../wire/dialect.ts';
import { answerIn, questionIn, type SeenExchange } from '../wire/http/seen-exchange.ts';
import type { HitsResponse, RetrieveRequest, SearchRequest } from '../wire/operations.ts';
import type { OutcomeKind } from '../wire/outcome.ts';
import type { Redactor } from './redact/redactor.ts';

/** One question of traffic; exactly one of `text` and `vector` is given. */
export interface TrafficQuestion {
  readonly operation: Cell;
  readonly collections: readonly string[];
  readonly text: string | null;
  readonly vector: Float32Array | null;
  readonly k: number;
  readonly perCollectionK: number | null;
  readonly filter: Filter | null;
}

/** What a backend answered; lists are empty unless the outcome is `ok`. */
export interface TrafficAnswer {
  readonly outcome: OutcomeKind;
  readonly status: number | null;
  /** In response order. */
  readonly ids: readonly string[];
  /** Empty string where the backend does not say which collection a hit came from. */
  readonly collections: readonly string[];
  /** Null where the score was no finite number. */
  readonly similarities: readonly (number | null)[];
}

/** One question as it was asked once: nothing in it is to be redacted any more. */
export interface AskedQuestion {
  /** Milliseconds since 1970; null where the source does not say. */
  readonly atMs: number | null;
  readonly question: TrafficQuestion;
  /** Whether something was taken out, so that the question is not the one that was answered. */
  readonly redacted: boolean;
  /** Null where the source holds none. */
  readonly answer: TrafficAnswer | null;
  readonly latencyMs: number | null;
}

/** A canonical request as a question. */
export function questionFrom({ operation, request }: ReadRequest): TrafficQuestion {
  const collections = 'collections' in request ? request.collections : [request.collection];
  return {
    operation,
    collections,
    text: request.text ?? null,
    vector: request.vector ?? null,
    k: request.k,
    perCollectionK: 'collections' in request ? (request.perCollectionK ?? null) : null,
    filter: request.filter ?? null,
  };
}

/** A question as a canonical request. */
export function requestFrom(question: TrafficQuestion): ReadRequest {
  const { operation, collections, text, vector, k, perCollectionK, filter } = question;
  const asked = {
    k,
    ...(text === null ? {} : { text }),
    ...(vector === null ? {} : { vector }),
    ...(filter === null ? {} : { filter }),
  };
  if (operation === 'search') {
    const request: SearchRequest = { collection: collections[0] ?? '', ...asked };
    return { operation, request };
  }
  const depths = perCollectionK === null ? {} : { perCollectionK };
  const request: RetrieveRequest = { collections, ...asked, ...depths };
  return { operation, request };
}

/**
 * What two questions have in common that ask the same: equal texts after white space and case, or equal vectors, put
 * to the same collections under the same filter by the same operation; 16 hexadecimal digits.
 */
export function needOf({ operation, text, vector, collections, filter }: TrafficQuestion): string {
  const hash = createHash('sha256').update(operation);
  const shared = { collections, ...(filter === null ? {} : { filter }) };
  hash.update(needKey({ text: text ?? '', ...shared }));
  if (vector !== null) {
    hash.update(Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}

/** A question without what is to be redacted, and whether there was anything. */
export function redacted(
  question: TrafficQuestion,
  redactor: Redactor,
): { readonly question: TrafficQuestion; readonly redacted: boolean } {
  const { text, filter, collections } = question;
  const clean = redactor.value({ text, filter, collections });
  const changed = JSON.stringify(clean) !== JSON.stringify({ text, filter, collections });
  return { question: { ...question, ...clean }, redacted: changed };
}

/** An answer as it is recorded: ids and scores, never texts or metadata. */
export function recordedAnswer(
  outcome: OutcomeKind,
  status: number | null,
  response: HitsResponse | null,
): TrafficAnswer {
  const hits = response?.hits ?? [];
  return {
    outcome,
    status,
    ids: hits.map(({ id }) => id),
    collections: hits.map(({ collection }) => collection ?? ''),
    similarities: hits.map(({ similarity }) => (Number.isFinite(similarity) ? similarity : null)),
  };
}

/** An exchange as the question that it asked; null where the dialect reads none from it. */
export function askedIn(
  dialect: Dialect,
  exchange: SeenExchange,
  redactor: Redactor,
): AskedQuestion | null {
  const read = questionIn(dialect, exchange);
  if (read === null) return null;
  const { outcome, status, response } = answerIn(dialect, exchange, read);
  return {
    atMs: exchange.atMs,
    ...redacted(questionFrom(read), redactor),
    answer: exchange.reply === null ? null : recordedAnswer(outcome, status, response),
    latencyMs: exchange.latencyMs,
  };
}
