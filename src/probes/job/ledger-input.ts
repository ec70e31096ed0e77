import type { EvidenceHashes, LedgerInput } from '../../logs/ledger/row.ts';
import type { ProbeFindings } from '../find/findings.ts';
import type { HealthFindings } from '../find/health.ts';
import type { ProbeVerdict } from '../judge/judge-probe.ts';
import { probeLine } from '../judge/probe-sentence.ts';

/** What is known of the run that a probe was made in. */
export interface ProbeRun {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly hashes: EvidenceHashes;
}

/** Where a dialect has one path for searches, its probe has the name of an operation of the main job. */
const OF_THE_MAIN_JOB: ReadonlySet<string> = new Set(['search', 'retrieve']);

/** The claim of one probe for the ledger; `endpoint` tells apart probes of one operation. */
export function probeLedgerInput(
  endpoint: string,
  findings: ProbeFindings,
  verdict: ProbeVerdict,
  run: ProbeRun,
): LedgerInput {
  const gates = verdict.gates.map(({ name, unit, n, margin, mean, lower, upper, state }) => ({
    metric: name,
    unit,
    n,
    margin,
    mean,
    lower,
    upper,
    state,
  }));
  return {
    // Neither stands for the other.
    endpoint: OF_THE_MAIN_JOB.has(endpoint) ? `${endpoint} probe` : endpoint,
    date: run.createdAt.slice(0, 10),
    incumbentPath: findings.incumbentPath,
    candidatePath: findings.candidatePath,
    verdict: verdict.state,
    notes: probeLine(findings, verdict),
    evidence: { gates, hashes: run.hashes },
    runId: run.id,
    runLink: null,
  };
}

/** The claim about the health of a stack, on the day and with the hashes of another claim. */
export function healthLedgerInput(
  health: HealthFindings,
  like: LedgerInput,
  candidatePath: string,
): LedgerInput {
  const isUp = health.up === health.of;
  return {
    ...like,
    endpoint: 'health',
    incumbentPath: '/health',
    candidatePath,
    verdict: isUp ? 'pass' : 'fail',
    notes: `${health.up} of ${health.of} services up`,
    evidence: {
      gates: [
        {
          metric: 'services up',
          unit: 'services',
          n: health.of,
          margin: null,
          mean: health.of === 0 ? null : health.up / health.of,
          lower: null,
          upper: null,
          state: isUp ? 'pass' : 'fail',
        },
      ],
      hashes: like.evidence.hashes,
    },
  };
}
