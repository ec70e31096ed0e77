import type { GateResult, Verdict } from './verdict.ts';

/** The verdict as one sentence, from the gates that count. */
export function verdictSentence(verdict: Verdict['verdict'], gates: readonly GateResult[]): string {
  const gated = gates.filter((gate) => gate.gated);
  const named = (state: GateResult['state']): GateResult[] =>
    gated.filter((gate) => gate.state === state);
  switch (verdict) {
    case 'pass':
      return `the candidate is within every margin: ${gated.length} of ${gated.length} gates pass.`;
    case 'fail':
      return `the candidate fails ${named('fail').length} of ${gated.length} gates: ${list(named('fail'))}.`;
    case 'inconclusive': {
      const needs = named('inconclusive').flatMap((gate) =>
        gate.unit === 'needs' && gate.decidesAt !== null ? [gate.decidesAt] : [],
      );
      const enough =
        needs.length === 0
          ? ''
          : ` About ${Math.max(...needs)} needs would decide the gates on quality.`;
      return `no gate fails, but ${named('inconclusive').length} of ${gated.length} could not decide: ${list(named('inconclusive'))}.${enough}`;
    }
    case 'environment unfit':
      return `the incumbent differs from itself by more than a margin: ${list(named('fail'))}. Nothing is said about the candidate.`;
  }
}

function list(gates: readonly GateResult[]): string {
  const shown = gates.slice(0, 4).map((gate) => {
    const where = gate.cell === 'all' ? '' : ` of ${gate.cell}`;
    return `${gate.name}${where} (${gate.reason})`;
  });
  const more = gates.length > shown.length ? ` and ${gates.length - shown.length} more` : '';
  return `${shown.join('; ')}${more}`;
}
