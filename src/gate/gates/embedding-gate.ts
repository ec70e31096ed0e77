import type { GatesConfig } from '../../config/schema.ts';
import { counted } from '../../counted.ts';
import type { Findings } from '../../parity/findings.ts';
import { gateOf } from '../gate-kind.ts';
import { isOff } from '../margins.ts';
import { type GateResult, type GateState, UNTESTED } from '../verdict.ts';

/** Share of the texts that may be embedded otherwise. */
const DEFAULT_MARGIN = 0.005;

/**
 * Whether both sides embed the same texts in the same direction. What the incumbent embeds and the candidate fails, or
 * answers with zeros, is embedded otherwise. The texts of a run are counted and not sampled, so there are no bounds.
 * None where a side does not embed, or where the gate is switched off.
 */
export function embeddingGates(findings: Findings, gates: GatesConfig): GateResult[] {
  const { embedding } = findings;
  if (!isEmbeddingCompared(findings) || isOff(gates, 'embedding')) return [];
  const margin = gates.embedding?.margin ?? DEFAULT_MARGIN;
  const { lostByCandidate: lost = 0 } = embedding;
  const directed = embedding.texts - embedding.zeroVectors;
  const judged = directed + lost;
  const other = directed - embedding.alike + lost;
  const share = judged === 0 ? null : other / judged;
  const state: GateState = !embedding.comparable
    ? 'fail'
    : share === null
      ? 'inconclusive'
      : share > margin
        ? 'fail'
        : 'pass';
  return [
    {
      ...gateOf({ type: 'embedding' }),
      cell: 'all',
      slice: null,
      unit: 'texts',
      n: judged,
      margin,
      mean: share === null ? null : 0 - share,
      lower: null,
      upper: null,
      state,
      regressed: state === 'fail',
      parity: lost === 0 && embedding.atLeast === embedding.texts,
      ...UNTESTED,
      gated: true,
      reason: reasonOf(findings, other, judged),
    },
  ];
}

/** Whether both sides were asked for embeddings, and the incumbent gave one. */
export function isEmbeddingCompared({ embedding }: Pick<Findings, 'embedding'>): boolean {
  return embedding.texts > 0 || (embedding.lostByCandidate ?? 0) > 0;
}

function reasonOf({ embedding }: Findings, other: number, judged: number): string {
  const { comparable, dimensionIncumbent, dimensionCandidate, alikeThreshold, cosineMean } =
    embedding;
  const { lostByCandidate: lost = 0 } = embedding;
  if (lost > 0 && (embedding.texts === 0 || (comparable && lost === other))) {
    return `the candidate gives no embedding of ${lost} of ${counted(judged, 'text')} that the incumbent embeds`;
  }
  if (!comparable) {
    return `vectors of ${dimensionIncumbent} and of ${dimensionCandidate} dimensions cannot be compared`;
  }
  if (judged === 0) return 'no text has a vector with a direction on both sides';
  if (other === 0) {
    const all = judged === 1 ? 'the one text has' : `all ${judged} texts have`;
    return `${all} a cosine of at least ${alikeThreshold}`;
  }
  const without = lost === 0 ? '' : `, ${lost} of them no embedding of the candidate at all`;
  return `${other} of ${judged} texts have a cosine below ${alikeThreshold} (mean ${cosineMean === null ? '–' : cosineMean.toFixed(4)})${without}: the embed endpoints do not answer alike`;
}
