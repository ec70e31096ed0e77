import type { GateResult, Verdict } from '../../gate/verdict.ts';
import { scaledGate } from '../scaled-gate.ts';
import { marginSpan, styleOfGate } from '../sections/gates.ts';
import { MISSING, numeral, sentence, text, toneOf } from '../spans.ts';
import type { ScreenClaim } from './screen.ts';

/** Claims of a verdict: those that it turns on, then the others; under a pass, what passed comes first. */
export function claimsOf({ state, reasons, gates }: Verdict): ScreenClaim[] {
  const deciding = reasons.flatMap((reason) => (reason.type === 'gate' ? [reason.gate] : []));
  const others = gates.filter((gate) => gate.gated && !deciding.includes(gate));
  const open = others.filter((gate) => gate.state !== 'pass');
  const passed = others.filter((gate) => gate.state === 'pass');
  const ordered =
    state === 'pass' ? [...passed, ...deciding, ...open] : [...deciding, ...open, ...passed];
  return ordered.map(gateClaim);
}

/** One gate as a row. */
export function gateClaim(gate: GateResult): ScreenClaim {
  const { name, cell, slice, state, mean, margin, reason } = gate;
  const isNumber = gate.unit !== 'answers' && gate.unit !== 'documents' && gate.unit !== 'texts';
  return {
    state,
    tone: toneOf(state),
    name: [
      name,
      cell === 'all' ? '' : ` ${cell}`,
      ...(slice === null ? [] : [' ', text(slice, 40)]),
    ],
    delta: isNumber ? numeral(mean, styleOfGate(gate)) : MISSING,
    margin: marginSpan(margin),
    interval: scaledGate(gate),
    reason: state === 'pass' ? null : sentence(reason),
  };
}
