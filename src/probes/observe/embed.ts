import { InfrastructureError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import type { Side } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { call, pathOf, placeOf } from '../../wire/call.ts';
import type { EmbedResponse } from '../../wire/operations.ts';
import type { Outcome } from '../../wire/outcome.ts';
import type { ProbeAnswer } from '../record/answer.ts';
import type { EdgeText, EmbedRecord, EmbedSideRecord, IndexDistance } from '../record/embed.ts';
import { answered } from './answered.ts';

/** The texts of a probe that names none: short, of the domain and beyond it. */
export const PROBE_TEXTS: readonly string[] = [
  'Forklift Operator in Springfield, IL',
  'night shift nurse with five years of experience',
  'carpenter for wall framing and drywall',
  'security guard, guard card, available this week',
  'crane operator who reads load charts',
];

/** Texts that embedding services are known to treat differently. */
export const EDGE_TEXTS: readonly EdgeText[] = [
  { name: 'empty string', text: '' },
  { name: 'one space', text: ' ' },
  { name: 'very long text', text: 'forklift operator in the night shift '.repeat(1200) },
  { name: 'composed é', text: 'Andr\u00e9 welds in Montr\u00e9al' },
  { name: 'decomposed é', text: 'Andre\u0301 welds in Montre\u0301al' },
  { name: 'emoji', text: 'truck driver 🚚👷🏽‍♀️ wanted' },
  { name: 'right-to-left', text: 'سائق رافعة شوكية في سبرينغفيلد' },
  { name: 'Han', text: '叉车司机 夜班' },
  { name: 'null byte', text: 'crane\0operator' },
  { name: 'line breaks and tabs', text: 'crane\noperator\tnight\r\nshift' },
];

const BATCH = 64;
const ALONE = 5;
const MANY = 1000;

/** What is embedded, and with which model. */
export interface EmbedProbeOptions {
  readonly texts: readonly string[];
  /** Asked of both sides; null leaves it to each. */
  readonly model: string | null;
  readonly distance: IndexDistance;
  /** A local model that embeds the texts as a third side. */
  readonly reference: {
    readonly name: string;
    readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  } | null;
  /** Texts of the one large request; default 1,000. */
  readonly manyCount?: number;
  readonly signal: AbortSignal;
}

/**
 * Embeds the texts, and what services are known to treat differently, through both sides.
 * @throws InfrastructureError where a side embeds nothing at all, e.g. for want of the model.
 */
export async function observeEmbed(pair: Pair, options: EmbedProbeOptions): Promise<EmbedRecord> {
  const { texts, reference, signal } = options;
  const incumbent = await observeSide(pair.incumbent, 'incumbent', options);
  const candidate = await observeSide(pair.candidate, 'candidate', options);
  signal.throwIfAborted();
  return {
    probe: 'embed',
    askedModel: options.model,
    distance: options.distance,
    texts,
    batchSize: BATCH,
    edges: EDGE_TEXTS,
    manyCount: options.manyCount ?? MANY,
    sides: { incumbent, candidate },
    reference:
      reference === null ? null : { name: reference.name, vectors: await reference.embed(texts) },
  };
}

async function observeSide(
  backend: Backend,
  side: Side,
  { texts, model, signal, manyCount = MANY }: EmbedProbeOptions,
): Promise<EmbedSideRecord> {
  const send = (some: readonly string[]): Promise<Outcome<EmbedResponse>> =>
    call(
      backend,
      'embed',
      { texts: some, kind: 'document', ...(model === null ? {} : { model }) },
      signal,
    );
  const embed = async (some: readonly string[]): Promise<ProbeAnswer<readonly Float32Array[]>> =>
    answered(await send(some), vectorsOf);
  const each = async (some: readonly string[]): Promise<ProbeAnswer<readonly Float32Array[]>[]> => {
    const answers: ProbeAnswer<readonly Float32Array[]>[] = [];
    for (const text of some) answers.push(await embed([text]));
    return answers;
  };
  const first = await send(texts.slice(0, 1));
  if (first.kind !== 'ok') throw cannotEmbed(backend, side, first.kind, first.detail);
  const batches: ProbeAnswer<readonly Float32Array[]>[] = [];
  for (let at = 0; at < texts.length; at += BATCH) {
    signal.throwIfAborted();
    batches.push(await embed(texts.slice(at, at + BATCH)));
  }
  const some = texts.slice(0, ALONE);
  return {
    path: pathOf(backend, 'embed'),
    model: first.value.model,
    batches,
    alone: await each(some),
    again: await each(some),
    reversed: await embed(texts.slice(0, BATCH).toReversed()),
    edges: await each(EDGE_TEXTS.map(({ text }) => text)),
    many: await embed(Array.from({ length: manyCount }, (_, at) => `worker number ${at + 1}`)),
  };
}

function vectorsOf({ vectors }: EmbedResponse): readonly Float32Array[] {
  return vectors;
}

function cannotEmbed(
  backend: Backend,
  side: Side,
  outcome: string,
  detail: string,
): InfrastructureError {
  return new InfrastructureError(
    'preflight',
    `preflight: ${side} ${placeOf(backend, 'embed')}: ${outcome}: ${detail}`,
    {
      hint: 'does this side serve the model that is asked for (--model, MODEL)?',
      context: { side, operation: 'embed', outcome },
    },
  );
}
