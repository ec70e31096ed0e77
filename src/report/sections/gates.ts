import type { GateResult, Verdict } from '../../gate/verdict.ts';
import { ALPHA, isOnlyLook } from '../../stats/decisions/spent-alpha.ts';
import { beside, key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Content, Evidence, NumberStyle, Section } from '../model.ts';
import {
  bounds,
  change,
  count,
  difference,
  MISSING,
  numeral,
  sentence,
  state,
  text,
} from '../spans.ts';

const SHORT: NumberStyle = { unit: 'count', precision: { significant: 2 }, signed: false };

/** Every claim of a verdict with its evidence and its answer. */
export function gatesSection({ gates, look: counted }: Verdict): Section {
  const look = counted === undefined || isOnlyLook(counted) ? undefined : counted;
  const level = levelOf(look);
  return tableSection('gates', 'Gates', {
    columns: [
      key(left('gate')),
      key(left('cell')),
      left('answer'),
      right('n'),
      left('unit'),
      right('Δ', 'difference'),
      beside(left(`${level} bounds of Δ`, 'bounds')),
      right('margin'),
      right('80% power', 'power'),
      right('p (Holm)', 'p'),
      left('why'),
    ],
    rows: gates.map((gate) =>
      row(
        [gate.name, gate.cell, gate.slice ?? 'all'],
        [
          gate.slice === null ? gate.name : [gate.name, ' (', text(gate.slice), ')'],
          gate.cell,
          gateAnswer(gate),
          count(gate.n),
          gate.unit,
          numeral(gate.mean, styleOfGate(gate)),
          gate.lower === null && gate.upper === null
            ? MISSING
            : bounds(gate.lower, gate.upper, styleOfGate(gate)),
          marginSpan(gate.margin),
          // Without any spread the normal law has nothing to say.
          numeral(gate.minimalDetectableEffect === 0 ? null : gate.minimalDetectableEffect, SHORT),
          numeral(gate.pHolm, SHORT),
          sentence(gate.reason),
        ],
        { kind: 'gate', evidence: gateEvidence(gate) },
      ),
    ),
    notes: [
      paragraph(
        `Bounds are one-sided at ${level} (Gaffke for quality: coverage is proved for two-point laws, conjectured and simulated otherwise). Δ is candidate − incumbent as a mean over needs, with ${level} confidence a gate${look === undefined ? '' : `, which is what look ${look.number} at the same question may spend`}; a failure also holds after the adjustment (Holm) over the gates on quality, errors and contract, by which p is adjusted. “Regressed”: surely worse, perhaps within the margin. 80% power: the loss that so many needs with this spread show in four of five runs, by the normal law. p50 and p95 are relative, with exact signed-rank bounds over block pairs${look === undefined ? '' : ', at 95%'}.`,
      ),
    ],
  });
}

/** The confidence of each gate, e.g. `97.5%`. */
export function levelOf(look: Verdict['look']): string {
  return `${Number((100 * (1 - (look?.alpha ?? ALPHA))).toPrecision(6))}%`;
}

/** What a gate answers, e.g. `pass (advisory), parity`, or `inconclusive, regressed`. */
export function gateAnswer({ state: word, gated, parity, regressed }: GateResult): Content {
  return [
    state(word),
    gated ? '' : ' (advisory)',
    parity ? ', parity' : '',
    regressed && word !== 'fail' ? ', regressed' : '',
  ];
}

/** Latency is compared by ratios, all else by differences. */
export function styleOfGate({ unit }: GateResult): NumberStyle {
  return unit === 'block pairs' ? change(null) : difference(null);
}

/** A margin with as many digits as it needs. */
export function marginSpan(margin: number | null): Content {
  if (margin === null) return MISSING;
  const digits = margin < 0.01 ? 3 : 2;
  return numeral(margin, { unit: 'difference', precision: { digits }, signed: false });
}

/** Where the evidence of a gate stands. */
export function gateEvidence({ unit, cell, kind }: GateResult): readonly Evidence[] {
  const section = (id: string): readonly Evidence[] => [{ kind: 'section', id }];
  if (kind.type === 'listing') return section('listing');
  if (kind.type === 'stored vectors') return section('stored-vectors');
  if (kind.type === 'equal recall') return section('equal-recall');
  switch (unit) {
    case 'builds':
      return section(`builds-${cell}`);
    case 'documents':
      return section('census');
    case 'answers':
      return section('violations');
    case 'texts':
      return section('embedding');
    case 'block pairs':
      return section('latency');
    case 'scores':
      return section(`agreement-${cell}`);
    case 'needs':
      return section(kind.type === 'errors' ? 'failures' : `quality-${cell}`);
  }
}
