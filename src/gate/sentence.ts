import type { GateKind } from './gate-kind.ts';
import type { GateResult, Verdict } from './verdict.ts';

/** Gates that a sentence names; the others are counted. */
const NAMED = 4;

/** What explains most comes first: a failed request, a broken list or another embedding explains a loss of quality. */
const ORDER: readonly GateKind['type'][] = [
  'errors',
  'contract',
  'membership',
  'embedding',
  'quality',
  'floor',
  'agreement',
  'scores',
  'latency',
  'noise',
];

/** The verdict as one sentence, from the gates that count. */
export function verdictSentence(verdict: Verdict['verdict'], gates: readonly GateResult[]): string {
  const gated = gates.filter((gate) => gate.gated);
  const named = (state: GateResult['state']): GateResult[] =>
    gated
      .filter((gate) => gate.state === state)
      .toSorted((a, b) => ORDER.indexOf(a.kind.type) - ORDER.indexOf(b.kind.type));
  switch (verdict) {
    case 'pass': {
      const open = named('inconclusive');
      const passed = gated.length - open.length;
      const latency =
        open.length === 0 ? '' : ` Answers only; latency is undecided: ${list(open)}.`;
      return `the candidate is within every margin: ${passed} of ${gated.length} gates pass.${latency}`;
    }
    case 'fail': {
      const failed = named('fail');
      const follows =
        failed[0]?.kind.type === 'errors' && failed.some(({ kind }) => kind.type === 'quality')
          ? ' What was lost as served follows from the failed requests.'
          : '';
      return `the candidate fails ${failed.length} of ${gated.length} gates: ${list(failed)}.${follows}`;
    }
    case 'inconclusive': {
      const open = named('inconclusive').filter(({ blocking }) => blocking !== false);
      const needs = open.flatMap((gate) =>
        gate.unit === 'needs' && gate.decidesAt !== null ? [gate.decidesAt] : [],
      );
      const enough =
        needs.length === 0
          ? ''
          : ` About ${Math.max(...needs)} needs would decide in four of five runs; a second look at the same question is judged more strictly.`;
      return open.length === 0
        ? 'no gate fails, and what was measured does not make a verdict.'
        : `no gate fails, but ${open.length} of ${gated.length} could not decide: ${list(open)}.${enough}`;
    }
    case 'environment unfit':
      return `the incumbent differs from itself by more than a margin: ${list(named('fail'))}. Nothing is said about the candidate.`;
  }
}

function list(gates: readonly GateResult[]): string {
  const shown = gates.slice(0, NAMED).map((gate) => {
    const where = gate.cell === 'all' ? '' : ` of ${gate.cell}`;
    return `${gate.name}${where} (${gate.reason})`;
  });
  const more = gates.length > shown.length ? ` and ${gates.length - shown.length} more` : '';
  return `${shown.join('; ')}${more}`;
}
