import type { EvidenceHashes, LedgerInput } from '../../logs/ledger/row.ts';
import type { ProbeFindings } from '../find/findings.ts';
import type { ProbeVerdict } from './judge.ts';

/** What is known of the run that a probe was made in. */
export interface ProbeRun {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly hashes: EvidenceHashes;
}

/** The claim of one probe for the ledger; `endpoint` tells apart probes of one operation. */
export function probeLedgerInput(
  endpoint: string,
  findings: ProbeFindings,
  verdict: ProbeVerdict,
  run: ProbeRun,
): LedgerInput {
  const compared = findings.checks.filter(({ state }) => state !== 'not offered').length;
  const agree = verdict.counts.same + verdict.counts.drift;
  const checks = {
    metric: 'checks that agree',
    unit: 'checks',
    n: compared,
    margin: null,
    mean: compared === 0 ? null : agree / compared,
    lower: null,
    upper: null,
    state: agree === compared && compared > 0 ? ('pass' as const) : verdict.state,
  };
  const gates = verdict.gates.map(({ metric, unit, n, margin, mean, lower, upper, state }) => ({
    metric,
    unit,
    n,
    margin,
    mean,
    lower,
    upper,
    state,
  }));
  return {
    endpoint,
    date: run.createdAt.slice(0, 10),
    incumbentPath: findings.incumbentPath,
    candidatePath: findings.candidatePath,
    verdict: verdict.state,
    notes: verdict.line,
    evidence: { gates: [checks, ...gates], hashes: run.hashes },
    runId: run.id,
    runLink: null,
  };
}
