import { InfrastructureError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { Side, VectorTable } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call } from '../wire/call.ts';
import type { EmbedRequest, EmbedResponse } from '../wire/operations.ts';
import type { Failed, Outcome } from '../wire/outcome.ts';
import { mapConcurrently, type Pair } from './ask.ts';

/** Texts of one request where the backend has no lower limit; one tick of progress. */
export const EMBED_BATCH = 64;
const LANES = 2;

/** Statuses of a request that is too large, or that holds a text which is not taken or which breaks the embedder. */
const REFUSALS: ReadonlySet<number | null> = new Set([400, 413, 422, 500]);

/** Largest share of texts that a run may go on without, where each was refused by itself. */
const MAX_LEFT_OUT = 0.01;

/** A text without an embedding. */
export interface Unembedded {
  readonly id: string;
  readonly detail: string;
  /** Whether the backend refused this very text, and not a batch it was in or every text. */
  readonly isRefused: boolean;
  /** Whether it has no word: such a text has no defined truth, whoever embeds it. */
  readonly isBlank: boolean;
}

/** Embeddings of one side; texts whose embedding failed are left out of the table and named. */
export interface EmbeddedTexts {
  readonly table: VectorTable;
  readonly failed: readonly Unembedded[];
  /** Texts that were cut to the backend's declared limit. */
  readonly cut: number;
}

/** How texts are embedded. */
export interface EmbedOptions {
  readonly kind: EmbedRequest['kind'];
  readonly model: string | null;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

interface NamedText {
  readonly id: string;
  readonly text: string;
}

/**
 * Embeds named texts through one backend, two batches under way, each as large as the backend takes: 64 texts or its
 * declared limit. A batch that is refused (400, 413, 422) or that breaks (500) is halved and asked again, down to single texts, so
 * that a text which is refused is named alone; a size that is too large is not tried again. Progress ticks once
 * for 64 texts.
 * @throws InfrastructureError where the dimension changes from batch to batch.
 */
export async function embedTexts(
  backend: Backend,
  side: Side,
  texts: readonly NamedText[],
  options: EmbedOptions,
): Promise<EmbeddedTexts> {
  const { maxTexts, maxTextLength } = backend.capabilities.embed;
  const vectors = new Array<Float32Array | null>(texts.length).fill(null);
  const failures = new Map<number, Unembedded>();
  let limit = Math.max(1, Math.min(EMBED_BATCH, maxTexts ?? EMBED_BATCH));
  let next = 0;
  let done = 0;
  let cut = 0;
  let dimension = 0;
  let refusesAll = false;

  const shortened = ({ text }: NamedText): string => {
    if (maxTextLength === null || text.length <= maxTextLength) return text;
    cut++;
    return text.slice(0, maxTextLength).toWellFormed();
  };
  const keep = (from: number, { vectors: rows, dimension: width }: EmbedResponse): void => {
    if (dimension !== 0 && width !== dimension) {
      throw new InfrastructureError(
        'dimension',
        `${side} ${backend.label}: embeddings of ${width} and of ${dimension} dimensions`,
        { hint: 'one backend must embed every text with one model' },
      );
    }
    dimension = width;
    for (const [index, row] of rows.entries()) vectors[from + index] = row;
  };
  /** Whether the rows were embedded: by one request, in part or by several, or not at all. */
  const embedRows = async (from: number, to: number): Promise<'whole' | 'part' | 'none'> => {
    const outcome: Outcome<EmbedResponse> = await call(
      backend,
      'embed',
      {
        texts: texts.slice(from, to).map(shortened),
        kind: options.kind,
        ...(options.model === null ? {} : { model: options.model }),
      },
      options.signal,
    );
    if (outcome.kind === 'ok') {
      keep(from, outcome.value);
      return 'whole';
    }
    const isRefused = outcome.kind === 'http' && REFUSALS.has(outcome.status);
    if (isRefused && to - from > 1 && !refusesAll) {
      const half = Math.ceil((to - from) / 2);
      const halves = [await embedRows(from, from + half), await embedRows(from + half, to)];
      // Both halves went through at once: it was the size, not one of the texts.
      if (halves.every((part) => part === 'whole')) limit = Math.min(limit, half);
      return halves.every((part) => part === 'none') ? 'none' : 'part';
    }
    for (let row = from; row < to; row++) {
      const isAlone = to - from === 1;
      failures.set(row, unembedded(texts[row], outcome, isRefused && isAlone));
    }
    return 'none';
  };

  await mapConcurrently(Array.from({ length: LANES }), LANES, options.signal, async () => {
    while (next < texts.length && !options.signal.aborted) {
      const from = next;
      next = Math.min(texts.length, from + limit);
      const to = next;
      // A backend that refuses every single text of a batch is not asked for each of the others.
      if ((await embedRows(from, to)) === 'none' && to - from > 1) refusesAll = true;
      const ticks = Math.ceil(done / EMBED_BATCH);
      done += to - from;
      options.progress.tick(Math.ceil(done / EMBED_BATCH) - ticks);
    }
  });

  const rows = vectors.flatMap((vector, row) => (vector === null ? [] : [row]));
  const values = new Float32Array(rows.length * dimension);
  for (const [at, row] of rows.entries()) values.set(vectors[row] ?? [], at * dimension);
  return {
    table: { ids: rows.map((row) => texts[row]?.id ?? ''), dimension, values },
    failed: [...failures.entries()].sort(([a], [b]) => a - b).map(([, failure]) => failure),
    cut,
  };
}

/**
 * The failed texts that a run may go on without: each was refused by itself, and those that are not blank are at most a
 * hundredth of all (one of a few). Empty where nothing failed.
 * @throws InfrastructureError naming the first, where it may not.
 */
export function withoutFew(
  { failed }: EmbeddedTexts,
  total: number,
  where: string,
): readonly Unembedded[] {
  const written = failed.filter(({ isBlank }) => !isBlank);
  const first = failed.find(({ isRefused }) => !isRefused) ?? written[0] ?? failed[0];
  if (first === undefined) return [];
  const isFew = written.length <= Math.max(1, Math.floor(total * MAX_LEFT_OUT));
  if (isFew && failed.every(({ isRefused }) => isRefused)) return failed;
  const others = failed.length === 1 ? '' : `, and of ${failed.length - 1} others`;
  throw new InfrastructureError(
    'truth-vectors',
    `${where}: no embedding of ${first.id}${others}: ${first.detail}`,
    { hint: 'the truth is made from the incumbent’s embeddings: it must embed the corpus' },
  );
}

function unembedded(
  { id, text }: NamedText = { id: '', text: '' },
  { kind, detail }: Failed,
  isRefused: boolean,
): Unembedded {
  return { id, detail: `${kind}: ${detail}`, isRefused, isBlank: text.trim() === '' };
}

/**
 * Embeds queries by the embedder that the sides share, where they share one, so that its vectors are known when raw
 * requests are made of them. A text that it refuses stays unknown, and is no request.
 */
export async function embedShared(
  pair: Pair,
  queries: readonly NamedText[],
  options: Omit<EmbedOptions, 'kind'>,
): Promise<void> {
  for (const side of ['incumbent', 'candidate'] as const) {
    const { known } = pair[side];
    if (known === undefined) continue;
    const missing = queries.filter(({ text }) => known(text, options.model) === null);
    if (missing.length === 0) continue;
    await embedTexts(pair[side], side, missing, { ...options, kind: 'query' });
  }
}
