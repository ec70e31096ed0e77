import { counted } from '../counted.ts';
import { InfrastructureError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { Side, VectorTable } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call } from '../wire/call.ts';
import type { EmbedRequest, EmbedResponse } from '../wire/operations.ts';
import type { Failed, Outcome, OutcomeKind } from '../wire/outcome.ts';
import { mapConcurrently } from './ask.ts';
import { beginningsOf, longestTaken } from './limits/text-length.ts';

/** Texts of one request where the backend has no lower limit; one tick of progress. */
export const EMBED_BATCH = 64;
const LANES = 2;

/** Statuses of a request that is too large, or that holds a text which is not taken or which breaks the embedder. */
const REFUSALS: ReadonlySet<number | null> = new Set([400, 413, 422, 500]);

/** Ends that a smaller request, or the same one again, may not have. */
const MAY_PASS: ReadonlySet<OutcomeKind> = new Set(['timeout', 'reset', 'malformed']);

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
  /** Texts that were cut to the backend's limit, a declared one or one that was found. */
  readonly cut: number;
}

/** How texts are embedded. */
export interface EmbedOptions {
  readonly kind: EmbedRequest['kind'];
  readonly model: string | null;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A text by an id of one's own. */
export interface NamedText {
  readonly id: string;
  readonly text: string;
}

/**
 * Embeds named texts through one backend, two batches under way, each as large as the backend takes: 64 texts or its
 * declared limit. A batch that is refused (400, 413, 422) or that breaks (500) is halved and asked again, down to single
 * texts, so that a text which is refused is named alone; a size that is too large is not tried again. So is one that is
 * not answered in time, or with fewer vectors than texts; a single text that fails otherwise than by a refusal is asked
 * once more. Where texts are refused for their length, they are cut to what the backend takes. Progress ticks once for
 * 64 texts.
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
  const cut = new Set<number>();
  let dimension = 0;
  let refusesAll = false;
  let sought: Promise<number | null> | null = null;

  const textAt = (row: number): string => texts[row]?.text ?? '';
  const shortened = (row: number): string => {
    const text = textAt(row);
    if (maxTextLength === null || text.length <= maxTextLength) return text;
    cut.add(row);
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
  const ask = (asked: readonly string[]): Promise<Outcome<EmbedResponse>> =>
    call(
      backend,
      'embed',
      {
        texts: [...asked],
        kind: options.kind,
        ...(options.model === null ? {} : { model: options.model }),
      },
      options.signal,
    );
  const refusedRows = (): number[] =>
    [...failures].flatMap(([row, { isRefused, isBlank }]) => (isRefused && !isBlank ? [row] : []));
  const findLongest = async (): Promise<number | null> => {
    const refused = refusedRows().map(textAt);
    if (refused.length === 0 || options.signal.aborted) return null;
    const taken = vectors.flatMap((vector, row) => (vector === null ? [] : [textAt(row)]));
    return await longestTaken(
      { refused, taken },
      async (text) => (await ask([text])).kind === 'ok',
    );
  };
  /** How long a text may be, sought once; null where the length is not why texts were refused. */
  const longest = (): Promise<number | null> => (sought ??= findLongest());
  const embedCut = async (row: number, length: number): Promise<void> => {
    for (const text of beginningsOf(textAt(row), length)) {
      const outcome = await ask([text]);
      if (outcome.kind !== 'ok') continue;
      keep(row, outcome.value);
      failures.delete(row);
      cut.add(row);
      return;
    }
  };
  const fail = (from: number, to: number, outcome: Failed): 'none' => {
    const isRefused = to - from === 1 && isRefusal(outcome);
    for (let row = from; row < to; row++) {
      failures.set(row, unembedded(texts[row], outcome, isRefused));
    }
    return 'none';
  };
  /** Whether the rows were embedded: by one request, in part or by several, or not at all. */
  const embedRows = async (from: number, to: number): Promise<'whole' | 'part' | 'none'> => {
    const asked = Array.from({ length: to - from }, (_, at) => shortened(from + at));
    let outcome = await ask(asked);
    if (mayPass(outcome) && asked.length === 1 && !refusesAll) outcome = await ask(asked);
    if (outcome.kind === 'ok') {
      keep(from, outcome.value);
      return 'whole';
    }
    const isHalved = asked.length > 1 && !refusesAll && (isRefusal(outcome) || mayPass(outcome));
    if (!isHalved) return fail(from, to, outcome);
    const half = from + Math.ceil(asked.length / 2);
    const first = await embedRows(from, half);
    // Who gives no answer in time for a text is not waited for once more for each of the others.
    if (first === 'none' && outcome.kind === 'timeout') return fail(half, to, outcome);
    const second = await embedRows(half, to);
    // Both halves went through at once: it was the size, not one of the texts.
    if (first === 'whole' && second === 'whole') limit = Math.min(limit, half - from);
    return first === 'none' && second === 'none' ? 'none' : 'part';
  };

  await mapConcurrently(Array.from({ length: LANES }), LANES, options.signal, async () => {
    while (next < texts.length && !options.signal.aborted) {
      const from = next;
      next = Math.min(texts.length, from + limit);
      const to = next;
      // A backend that refuses every single text of a batch, however short, is not asked for each of the others.
      const isRefused = (await embedRows(from, to)) === 'none' && to - from > 1 && !refusesAll;
      if (isRefused && (await longest()) === null) refusesAll = true;
      const ticks = Math.ceil(done / EMBED_BATCH);
      done += to - from;
      options.progress.tick(Math.ceil(done / EMBED_BATCH) - ticks);
    }
  });

  const length = refusesAll ? null : await longest();
  if (length !== null) {
    await mapConcurrently(refusedRows(), LANES, options.signal, (row) => embedCut(row, length));
  }

  const rows = vectors.flatMap((vector, row) => (vector === null ? [] : [row]));
  const values = new Float32Array(rows.length * dimension);
  for (const [at, row] of rows.entries()) values.set(vectors[row] ?? [], at * dimension);
  return {
    table: { ids: rows.map((row) => texts[row]?.id ?? ''), dimension, values },
    failed: [...failures.entries()].sort(([a], [b]) => a - b).map(([, failure]) => failure),
    cut: cut.size,
  };
}

/** Whether a request was refused for what it holds: too much, or a text that is not taken or that breaks the embedder. */
function isRefusal({ kind, status }: Pick<Failed, 'status'> & { readonly kind: OutcomeKind }) {
  return (kind === 'http' && REFUSALS.has(status)) || kind === 'malformed';
}

/** Whether a smaller request, or the same one again, may be answered. */
function mayPass({ kind, status }: Pick<Failed, 'status'> & { readonly kind: OutcomeKind }) {
  return MAY_PASS.has(kind) || (kind === 'http' && (status ?? 0) >= 500);
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
  const others = failed.length === 1 ? '' : `, and of ${counted(failed.length - 1, 'other')}`;
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
