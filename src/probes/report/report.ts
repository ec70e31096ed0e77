import { cellText, fixed, interval, whole } from '../../report/numbers.ts';
import { section } from '../../report/table.ts';
import type { ProbeFindings } from '../find/findings.ts';
import type { ProbeVerdict } from '../judge/judge.ts';

/** What a probe's report says about its run. */
export interface ProbeContext {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly toolVersion: string;
  readonly incumbent: string;
  readonly candidate: string;
}

/** The report of one probe as Markdown; `extra` sections stand between the verdict and the checks. */
export function renderProbe(
  findings: ProbeFindings,
  verdict: ProbeVerdict,
  context: ProbeContext,
  extra: readonly string[] = [],
): string {
  return [
    `# ${findings.probe}: ${verdict.line}`,
    '',
    `${capital(verdict.sentence)}`,
    '',
    `Incumbent ${cellText(context.incumbent)} \`${findings.incumbentPath}\`, candidate ` +
      `${cellText(context.candidate)} \`${findings.candidatePath}\`; ${context.createdAt}, ` +
      `run ${context.runId}, retrieval-parity ${context.toolVersion}.`,
    '',
    ...extra,
    ...(findings.quality.length === 0 ? [] : [qualitySection(findings, verdict)]),
    section(
      'Checks',
      ['group', 'check', 'state', 'incumbent', 'candidate', 'note'],
      findings.checks.map((check) => [
        cellText(check.group),
        cellText(check.name),
        check.state,
        cellText(check.incumbent),
        cellText(check.candidate),
        cellText(check.note),
      ]),
    ),
    '## Not verified',
    '',
    ...findings.notVerified.map((line) => `- ${line}`),
    '',
  ].join('\n');
}

function qualitySection(findings: ProbeFindings, verdict: ProbeVerdict): string {
  return section(
    'Quality against exact cosine truth',
    [
      'metric',
      '>needs',
      '>incumbent',
      '>candidate',
      '>difference',
      '>95% bounds',
      '>margin',
      'state',
    ],
    findings.quality.map((quality, at) => {
      const gate = verdict.gates[at];
      return [
        cellText(quality.metric),
        whole(quality.differences.length),
        fixed(quality.incumbentMean),
        fixed(quality.candidateMean),
        fixed(gate?.mean, 5),
        interval(gate?.lower, gate?.upper),
        fixed(quality.margin),
        gate?.state ?? '–',
      ];
    }),
    ['Bounds are one-sided, over needs; the margin is the largest tolerated loss.'],
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
