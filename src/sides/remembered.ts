import type { Backend } from '../wire/backend.ts';
import { call } from '../wire/call.ts';
import { oneLine } from '../wire/http/detail.ts';
import type { EmbedRequest, EmbedResponse } from '../wire/operations.ts';
import type { Outcome } from '../wire/outcome.ts';

/**
 * An embedder that embeds each text once, by kind and model: two sides that share it are asked by the same vectors,
 * and what is timed of them is the index. What failed is not remembered, and vectors of another model than the first
 * are malformed. One request is under way at a time. All vectors are held in memory until `close`.
 */
export function remembered(embedder: Backend): Backend {
  const known = new Map<string, Float32Array>();
  /** What was said with the first vectors, by the model that was asked for. */
  const declared = new Map<string | undefined, Said>();
  let last: Promise<unknown> = Promise.resolve();

  const fromMemory = (keys: readonly string[], asked: string | undefined): EmbedResponse | null => {
    const said = declared.get(asked);
    if (said === undefined) return null;
    const vectors = keys.map((key) => known.get(key));
    return vectors.every((vector) => vector !== undefined) ? { ...said, vectors } : null;
  };
  const fill = async (
    request: EmbedRequest,
    keys: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Outcome<EmbedResponse>> => {
    const missing = new Map<string, string>();
    for (const [i, key] of keys.entries()) {
      if (!known.has(key)) missing.set(key, request.texts[i] ?? '');
    }
    const texts = [...missing.values()];
    if (texts.length === 0) texts.push(...request.texts);
    const outcome = await call(embedder, 'embed', { ...request, texts }, signal);
    if (outcome.kind !== 'ok') return outcome;
    const { vectors, dimension, model } = outcome.value;
    const said = declared.get(request.model) ?? { dimension, model };
    if (said.dimension !== dimension || said.model !== model) {
      const { status, sizeBytes, timing } = outcome;
      const detail = otherModel(said, outcome.value);
      return { kind: 'malformed', status, detail, sizeBytes, timing };
    }
    declared.set(request.model, said);
    for (const [i, key] of [...missing.keys()].entries()) {
      const vector = vectors[i];
      if (vector !== undefined) known.set(key, vector);
    }
    const value = fromMemory(keys, request.model);
    return value === null ? outcome : { ...outcome, value };
  };
  return {
    ...embedder,
    known: (text, model) =>
      embedder.known?.(text, model) ?? known.get(keyOf('query', model ?? undefined, text)) ?? null,
    embed: async (request, signal) => {
      const keys = request.texts.map((text) => keyOf(request.kind, request.model, text));
      const startedMs = performance.now();
      const before = last;
      const found = fromMemory(keys, request.model);
      if (found !== null) return answered(found, startedMs);
      const turn = Promise.withResolvers<void>();
      last = turn.promise;
      try {
        await before;
        const meanwhile = fromMemory(keys, request.model);
        if (meanwhile !== null) return answered(meanwhile, startedMs);
        return await fill(request, keys, signal);
      } finally {
        turn.resolve();
      }
    },
    close: async () => {
      known.clear();
      await embedder.close();
    },
  };
}

type Said = Pick<EmbedResponse, 'dimension' | 'model'>;

/** Vectors of two models have nothing to do with each other, e.g. where a server was started again with another one. */
function otherModel(before: Said, now: Said): string {
  const shown = ({ model, dimension }: Said): string =>
    `${model === null ? '' : `${oneLine(model, 40)}, `}${dimension} dimensions`;
  return `embedded by another model than before: ${shown(now)}, not ${shown(before)}`;
}

function keyOf(kind: EmbedRequest['kind'], model: string | undefined, text: string): string {
  return `${kind} ${model ?? ''} ${text}`;
}

function answered(value: EmbedResponse, startedMs: number): Outcome<EmbedResponse> {
  const timing = { startedMs, endedMs: performance.now() };
  return { kind: 'ok', value, status: null, sizeBytes: 0, timing };
}
