import { counted } from '../../counted.ts';
import { SAME_DIRECTION } from '../../metrics/thresholds.ts';
import type { Side } from '../../record/types.ts';
import type { EmbedRecord, EmbedSideRecord, IndexDistance } from '../record/embed.ts';
import {
  answerCheck,
  batchChecks,
  determinismChecks,
  directionCheck,
  lengthCheck,
  modelCheck,
  pairAt,
  referenceChecks,
} from './embed-checks.ts';
import { isSame, largest, smallest, type TextParity, textParity } from './embed-vectors.ts';
import type { ProbeFindings } from './findings.ts';

/** What the embedding probe found. */
export interface EmbedFindings extends ProbeFindings {
  readonly texts: readonly TextParity[];
  readonly askedModel: string | null;
  readonly models: Readonly<Record<Side, string | null>>;
  readonly dimensions: Readonly<Record<Side, number | null>>;
  readonly distance: IndexDistance;
  readonly reference: string | null;
  readonly cosineMin: number | null;
  readonly cosineThreshold: number;
  readonly normRatio: { readonly lowest: number; readonly highest: number } | null;
  readonly maxUlp: number | null;
  readonly bitEqual: number;
  readonly bitEqualNormalised: number;
}

/** Compares the embeddings of both sides, text by text and in the cases where services differ. */
export function embedFindings(record: EmbedRecord): EmbedFindings {
  const { incumbent, candidate } = record.sides;
  const a = vectorsInOrder(record, incumbent);
  const b = vectorsInOrder(record, candidate);
  const texts = record.texts.map((text, at) =>
    textParity(text, a[at] ?? null, b[at] ?? null, record.reference?.vectors[at] ?? null),
  );
  const pairs = texts.flatMap(({ parity }) => (parity === null ? [] : [parity]));
  const cosines = pairs.flatMap(({ cosine }) => (cosine === null ? [] : [cosine]));
  const ratios = pairs.flatMap(({ normRatio }) => (normRatio === null ? [] : [normRatio]));
  const normRatio =
    ratios.length === 0 ? null : { lowest: smallest(ratios), highest: largest(ratios) };
  const ulps = pairs.flatMap(({ maxUlp }) => (maxUlp === null ? [] : [maxUlp]));
  const agree = texts.filter(({ parity }) => isSame(parity)).length;
  const cosineMin = cosines.length === 0 ? null : smallest(cosines);
  return {
    probe: 'embed',
    incumbentPath: incumbent.path,
    candidatePath: candidate.path,
    agree,
    of: texts.length,
    remark: `cos=${cosineMin === null ? '–' : cosineMin.toFixed(3)}`,
    checks: [
      modelCheck(record),
      ...batchChecks(record),
      ...texts.map((entry, at) => directionCheck(entry, at, a[at] ?? null, b[at] ?? null)),
      lengthCheck(normRatio, record.distance),
      ...determinismChecks(record),
      ...record.edges.map(({ name }, at) => answerCheck('edge text', name, pairAt(record, at))),
      answerCheck(`${counted(record.manyCount, 'text')} in one request`, 'all of them', {
        incumbent: incumbent.many,
        candidate: candidate.many,
      }),
      ...referenceChecks(record, texts),
    ],
    quality: [],
    notVerified: [
      'vectors that an index stores: only what the embed endpoint answers was compared',
      ...(record.reference === null ? ['agreement with a reference model: none was given'] : []),
      ...(record.askedModel === null ? ['that both sides use one model: none was forced'] : []),
    ],
    texts,
    askedModel: record.askedModel,
    models: { incumbent: incumbent.model, candidate: candidate.model },
    dimensions: { incumbent: a[0]?.length ?? null, candidate: b[0]?.length ?? null },
    distance: record.distance,
    reference: record.reference?.name ?? null,
    cosineMin,
    cosineThreshold: SAME_DIRECTION,
    normRatio,
    maxUlp: ulps.length === 0 ? null : largest(ulps),
    bitEqual: pairs.filter(({ bitEqual }) => bitEqual).length,
    bitEqualNormalised: texts.filter((entry) => entry.bitEqualNormalised).length,
  };
}

function vectorsInOrder(record: EmbedRecord, side: EmbedSideRecord): (Float32Array | null)[] {
  return record.texts.map((_, at) => {
    const batch = side.batches[Math.floor(at / record.batchSize)];
    return batch?.value?.[at % record.batchSize] ?? null;
  });
}
