import { SAME_DIRECTION } from '../../metrics/thresholds.ts';
import type { Side } from '../../record/types.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { EmbedRecord, EmbedSideRecord, IndexDistance } from '../record/embed.ts';
import { compareRates } from './by-rate.ts';
import { type AnswerComparison, compareEnds, ended } from './compare-answers.ts';
import { compared, isSame, lengthText, smallest, type TextParity } from './embed-vectors.ts';
import type { ProbeCheck } from './findings.ts';

/** Norm ratios closer to 1 than this are no drift. */
const SAME_LENGTH = 1e-4;

type Answer = ProbeAnswer<readonly Float32Array[]>;

/** Whether both sides answer with the model they were asked for, as far as they say. */
export function modelCheck({ askedModel, sides }: EmbedRecord): ProbeCheck {
  const { incumbent, candidate } = sides;
  const shown = (model: string | null): string => model ?? 'does not say';
  const isSilent = incumbent.model === null || candidate.model === null;
  const isEqual = incumbent.model === candidate.model;
  const isAsked =
    askedModel === null ||
    [incumbent.model, candidate.model].every((model) => model === null || model === askedModel);
  return {
    group: 'model',
    name: askedModel === null ? 'no model is forced' : `model ${askedModel}`,
    // The vectors decide whether it is one model; names are spelt differently from service to service.
    state: isEqual && isAsked && !isSilent ? 'same' : isSilent ? 'drift' : 'different',
    incumbent: shown(incumbent.model),
    candidate: shown(candidate.model),
    note: isAsked ? '' : 'a side answers with another model than it was asked for',
  };
}

/** A batch that failed on a side, so that its texts have no vectors; nothing where all came. */
export function batchChecks({ sides, batchSize }: EmbedRecord): ProbeCheck[] {
  return sides.incumbent.batches.flatMap((incumbent, at) => {
    const candidate = sides.candidate.batches[at] ?? incumbent;
    const comparison = compareEnds({ incumbent, candidate });
    if (comparison === null) return [];
    // The texts are ordinary ones: two refusals leave nothing to compare.
    const state = comparison.state === 'same' ? 'unanswered' : comparison.state;
    return [
      {
        group: 'text',
        name: `texts ${at * batchSize + 1} and on, in one request`,
        state,
        incumbent: ended(incumbent),
        candidate: ended(candidate),
        note: comparison.note,
      },
    ];
  });
}

/** Whether one text has the same direction on both sides. */
export function directionCheck(
  { text, parity }: TextParity,
  at: number,
  a: Float32Array | null,
  b: Float32Array | null,
): ProbeCheck {
  const shown = (vector: Float32Array | null): string =>
    vector === null ? 'no vector' : `${vector.length} dimensions, length ${lengthText(vector)}`;
  const isMissing = a === null || b === null;
  const note = isMissing
    ? 'no vector'
    : parity === null
      ? 'other dimension'
      : parity.cosine === null
        ? 'a zero vector'
        : `cosine ${parity.cosine.toFixed(6)}`;
  return {
    group: 'text',
    name: `${at + 1}: ${text.length > 60 ? `${text.slice(0, 59)}…` : text}`,
    state: isSame(parity) ? 'same' : a === null ? 'unanswered' : 'different',
    incumbent: shown(a),
    candidate: shown(b),
    note,
  };
}

/** Whether vectors have the same length, and what it means for the index where they have not. */
export function lengthCheck(
  ratio: { readonly lowest: number; readonly highest: number } | null,
  distance: IndexDistance,
): ProbeCheck {
  const isEqual =
    ratio !== null &&
    Math.abs(ratio.lowest - 1) <= SAME_LENGTH &&
    Math.abs(ratio.highest - 1) <= SAME_LENGTH;
  const state =
    ratio === null
      ? 'unanswered'
      : isEqual
        ? 'same'
        : distance === 'cosine'
          ? 'drift'
          : 'different';
  return {
    group: 'length',
    name: 'norm ratio, candidate over incumbent',
    state,
    incumbent: '1',
    candidate: ratio === null ? '–' : `${ratio.lowest.toFixed(3)} to ${ratio.highest.toFixed(3)}`,
    note:
      ratio === null || isEqual
        ? ''
        : distance === 'cosine'
          ? 'wire drift L2-normalise: harmless under cosine'
          : `other lengths change a ranking by ${distance} distance`,
  };
}

/** Whether each side gives one text one vector, however it is asked. */
export function determinismChecks(record: EmbedRecord): ProbeCheck[] {
  const variants: readonly [string, (side: EmbedSideRecord) => readonly Repeat[]][] = [
    ['the same text twice', (side) => repeats(side.alone.map(first), side.again.map(first))],
    [
      'alone and in a batch',
      (side) =>
        repeats(
          side.alone.map(first),
          side.alone.map((_, at) => inBatch(side, at)),
        ),
    ],
    [
      'in another order',
      (side) => {
        const forward = side.batches[0]?.value ?? [];
        const back = side.reversed.value?.toReversed() ?? [];
        return repeats(
          forward,
          forward.map((_, at) => back[at] ?? null),
        );
      },
    ],
  ];
  return variants.map(([name, judge]) => {
    const incumbent = judge(record.sides.incumbent);
    const candidate = judge(record.sides.candidate);
    return {
      group: 'determinism',
      name,
      ...determinismOf(incumbent, candidate),
      incumbent: worst(incumbent),
      candidate: worst(candidate),
    };
  });
}

/** How a vector of a text compares with another of the same text. */
type Repeat = 'no vector' | 'another direction' | 'same direction, other bits' | 'bit-equal';

/** From the worst on. */
const REPEATS: readonly Repeat[] = [
  'no vector',
  'another direction',
  'same direction, other bits',
  'bit-equal',
];

function determinismOf(
  incumbent: readonly Repeat[],
  candidate: readonly Repeat[],
): AnswerComparison {
  const [a, b] = [worst(incumbent), worst(candidate)];
  if (a === b && a === 'bit-equal') return { state: 'same', note: '' };
  if (a === 'no vector') return { state: 'unanswered', note: '' };
  if (b === 'no vector') return { state: 'different', note: '' };
  if (b !== 'another direction') return { state: 'drift', note: '' };
  if (a !== 'another direction') return { state: 'different', note: '' };
  const isOther = (repeat: Repeat | undefined): boolean => repeat === 'another direction';
  return compareRates(
    incumbent.map((repeat, at) => ({
      incumbent: isOther(repeat),
      candidate: isOther(candidate[at]),
    })),
    { margin: 0, claims: 1, one: 'text' },
  );
}

function worst(all: readonly Repeat[]): Repeat {
  return REPEATS.find((repeat) => all.includes(repeat)) ?? 'no vector';
}

function repeats(
  a: readonly (Float32Array | null)[],
  b: readonly (Float32Array | null)[],
): Repeat[] {
  return a.map((vector, at) => {
    const parity = compared(vector, b[at] ?? null);
    if (parity === null) return 'no vector';
    if (parity.bitEqual) return 'bit-equal';
    return isSame(parity) ? 'same direction, other bits' : 'another direction';
  });
}

function first(answer: Answer): Float32Array | null {
  return answer.value?.[0] ?? null;
}

function inBatch(side: EmbedSideRecord, at: number): Float32Array | null {
  return side.batches[0]?.value?.[at] ?? null;
}

/** Both sides' answers to one of the edge texts. */
export function pairAt({ sides }: EmbedRecord, at: number): AnswerPair<readonly Float32Array[]> {
  const missing: Answer = {
    outcome: 'aborted',
    status: null,
    detail: 'not asked',
    latencyMs: 0,
    value: null,
  };
  return {
    incumbent: sides.incumbent.edges[at] ?? missing,
    candidate: sides.candidate.edges[at] ?? missing,
  };
}

/** Compares all vectors of two answers; two refusals are the same. */
export function answerCheck(
  group: string,
  name: string,
  pair: AnswerPair<readonly Float32Array[]>,
): ProbeCheck {
  const comparison = compareEnds(pair);
  const shown = { incumbent: ended(pair.incumbent), candidate: ended(pair.candidate) };
  if (comparison !== null) return { group, name, ...comparison, ...shown };
  const a = pair.incumbent.value ?? [];
  const b = pair.candidate.value ?? [];
  const parities = a.map((vector, at) => compared(vector, b[at] ?? null));
  const sameCount = parities.filter(isSame).length;
  const cosines = parities.flatMap((parity) => parity?.cosine ?? []);
  const isAll = a.length === b.length && a.length > 0 && sameCount === a.length;
  return {
    group,
    name,
    state: isAll ? 'same' : 'different',
    ...shown,
    note:
      cosines.length === 0
        ? `${sameCount} of ${a.length} the same, none has a cosine`
        : `${sameCount} of ${a.length} in the same direction, lowest cosine ${smallest(cosines).toFixed(6)}`,
  };
}

/** Each side against the local model: which of the two is off, where they differ. */
export function referenceChecks(record: EmbedRecord, texts: readonly TextParity[]): ProbeCheck[] {
  if (record.reference === null) return [];
  const lowest = (side: Side): number | null => {
    const cosines = texts.map(({ reference }) => reference?.[side] ?? null);
    return cosines.includes(null) ? null : smallest(cosines.filter((value) => value !== null));
  };
  const incumbent = lowest('incumbent');
  const candidate = lowest('candidate');
  const holds = (cosine: number | null): boolean => cosine !== null && cosine >= SAME_DIRECTION;
  const shown = (cosine: number | null): string =>
    cosine === null ? 'not comparable' : `lowest cosine ${cosine.toFixed(6)}`;
  return [
    {
      group: 'reference',
      name: record.reference.name,
      state: holds(candidate) ? 'same' : holds(incumbent) ? 'different' : 'drift',
      incumbent: shown(incumbent),
      candidate: shown(candidate),
      note: holds(candidate) || holds(incumbent) ? '' : 'neither side is this model',
    },
  ];
}
