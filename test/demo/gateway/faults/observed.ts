import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../../src/config/package-root.ts';
import { loadCorpus } from '../../../../src/corpus/load.ts';
import type { Collection, Filter } from '../../../../src/corpus/types.ts';
import type { FaultEffect } from '../../../../src/demo/gateway/faults/types.ts';
import type { Gateway } from '../../../../src/demo/gateway/types.ts';

export const ENCODER_FOLDER = join(packageRoot(), 'corpora', 'encoder');

const CORPUS_FOLDER = join(packageRoot(), 'corpora', 'workers-200');

/** What is asked of a gateway in one of the two wire forms. */
export interface Question {
  readonly text: string;
  readonly collections: readonly string[];
  readonly filter?: Filter;
}

/** One exchange: what came, and how long the gateway asked the clock to wait meanwhile. */
export interface Exchange {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly waitedMs: number;
}

/** One row of an answer; null where the score is no number. */
interface Row {
  readonly key: string;
  readonly score: number | null;
}

export const K = 10;

/** Scores and near ties within this of each other are one: float16 stays below it and int8 does not. */
const TOLERANCE = 5e-5;

/** The collections of the shipped corpus, and every `step`-th of its queries. */
export async function shippedCorpus(
  step: number,
): Promise<{ collections: readonly Collection[]; questions: readonly Question[] }> {
  const { collections } = await loadCorpus(CORPUS_FOLDER);
  const lines = (await readFile(join(CORPUS_FOLDER, 'queries.jsonl'), 'utf8')).trim().split('\n');
  const questions = lines.map((line) => JSON.parse(line) as Question);
  return { collections, questions: questions.filter((_, i) => i % step === 0) };
}

/** Sends one request to a gateway without a socket. */
export async function exchange(gateway: Gateway, path: string, body: unknown): Promise<Exchange> {
  const response = await gateway.fetch(
    new Request(`http://gateway${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: await response.text(),
    waitedMs: 0,
  };
}

/** How one of the gateways is asked, and how its answers are read. */
export interface Wire {
  readonly search: (
    question: Question,
    k: number,
  ) => { readonly path: string; readonly body: unknown };
  readonly rows: (body: unknown, question: Question) => readonly Row[];
  readonly embedPath: string;
  /** 1 where a high score is near. */
  readonly sign: 1 | -1;
}

export const GO: Wire = {
  search: ({ text, collections, filter }, k) => ({
    path: '/v1/matrix/retrieve',
    body: { query_text: text, corpora: collections, k, metadata_filter: filter },
  }),
  rows: (body) =>
    (body as { results: { id: string; corpus: string; distance: number | null }[] }).results.map(
      ({ id, corpus, distance }) => ({ key: `${corpus}/${id}`, score: distance }),
    ),
  embedPath: '/v1/embed',
  sign: -1,
};

export const RUST: Wire = {
  search: ({ text, collections, filter }, k) => ({
    path: '/vectors/hybrid',
    body: {
      question: text,
      index_name: collections[0],
      top_k: k,
      sql_filter: filter === undefined ? null : sqlOf(filter),
      generate: false,
    },
  }),
  rows: (body, { collections }) =>
    (body as { sources: { doc_id: string; score: number | null }[] }).sources.map(
      ({ doc_id, score }) => ({ key: `${collections[0]}/${doc_id}`, score }),
    ),
  embedPath: '/ai/embed',
  sign: 1,
};

/** What differs between the answers of a sound gateway and of another to the same questions. */
export function observedEffects(
  wire: Wire,
  questions: readonly Question[],
  sound: readonly Exchange[],
  deep: readonly Exchange[],
  other: readonly Exchange[],
): readonly FaultEffect[] {
  const effects = new Set<FaultEffect>();
  const knownShapes = new Set(sound.flatMap(({ body }) => shapesOf(JSON.parse(body))));
  questions.forEach((question, i) => {
    const [a, all, b] = [sound[i], deep[i], other[i]];
    if (a === undefined || all === undefined || b === undefined) throw new Error('no answer');
    if (b.waitedMs > a.waitedMs) effects.add('latency');
    const body = b.contentType === a.contentType && b.status === a.status ? parsed(b.body) : null;
    if (body === null) {
      effects.add('wire').add('contract');
      return;
    }
    if (shapesOf(body).some((shape) => !knownShapes.has(shape))) effects.add('wire');
    const truth = wire.rows(JSON.parse(all.body), question);
    compareRows(wire.sign, truth, wire.rows(body, question), effects);
  });
  return [...effects].sort();
}

function compareRows(
  sign: 1 | -1,
  truth: readonly Row[],
  rows: readonly Row[],
  effects: Set<FaultEffect>,
): void {
  const exact = new Map(truth.map(({ key, score }) => [key, score ?? Number.NaN]));
  const seen = new Set<string>();
  rows.forEach(({ key, score }, rank) => {
    const own = exact.get(key);
    const before = rows[rank - 1]?.score;
    if (seen.has(key) || own === undefined || score === null) effects.add('contract');
    if (typeof before === 'number' && score !== null && sign * (score - before) > 0) {
      effects.add('contract');
    }
    seen.add(key);
    if (own === undefined || !near(own, truth[rank]?.score)) effects.add('ranking');
    if (own !== undefined && !near(own, score)) effects.add('score');
  });
  if (rows.length !== Math.min(K, truth.length)) effects.add('ranking').add('contract');
}

function near(a: number, b: number | null | undefined): boolean {
  return typeof b === 'number' && Math.abs(a - b) <= TOLERANCE;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Paths of a JSON value with their types; what metadata hold is the documents' own matter. */
function shapesOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => shapesOf(entry, `${path}[]`));
  if (typeof value !== 'object' || value === null) {
    return [`${path}: ${value === null ? 'null' : typeof value}`];
  }
  if (path.endsWith('.metadata')) return [`${path}: object`];
  return Object.entries(value).flatMap(([key, entry]) => shapesOf(entry, `${path}.${key}`));
}

function sqlOf(filter: Filter): string {
  const literal = (value: string | number | boolean) =>
    typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
  return Object.entries(filter)
    .flatMap(([field, condition]) => {
      if (typeof condition !== 'object') return [`"${field}" = ${literal(condition)}`];
      if ('in' in condition) {
        return [`"${field}" in (${condition.in.map(literal).join(', ')})`];
      }
      return [
        ...(condition.gte === undefined ? [] : [`"${field}" >= ${literal(condition.gte)}`]),
        ...(condition.lte === undefined ? [] : [`"${field}" <= ${literal(condition.lte)}`]),
      ];
    })
    .join(' and ');
}
