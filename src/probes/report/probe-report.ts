import {
  beside,
  key,
  left,
  list,
  paragraph,
  pictured,
  reportOf,
  right,
  row,
  section,
  tableSection,
  verdictParagraph,
} from '../../report/blocks.ts';
import type { ReportDocument, Section, Tone } from '../../report/model.ts';
import { checksPicture } from '../../report/picture/checks-picture.ts';
import { marginsPicture } from '../../report/picture/margins-picture.ts';
import type { Picture } from '../../report/picture/picture.ts';
import {
  bounds,
  codeId,
  count,
  id,
  MISSING,
  metric,
  numeral,
  prose,
  sentence,
  state,
  text,
  things,
  toneOf,
} from '../../report/spans.ts';
import { type CheckState, type ProbeFindings, qualityLabel } from '../find/findings.ts';
import type { ProbeVerdict } from '../judge/judge-probe.ts';
import { probeLine, probeSentence } from '../judge/probe-sentence.ts';

/** What a probe's report says about its run. */
export interface ProbeContext {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly toolVersion: string;
  readonly incumbent: string;
  readonly candidate: string;
}

const TONES: Readonly<Record<CheckState, Tone>> = {
  same: 'good',
  drift: 'neutral',
  different: 'bad',
  violation: 'bad',
  unanswered: 'unsure',
  'not offered': 'neutral',
};

/** The report of one probe; `extra` sections stand between the verdict and the checks. */
export function probeReport(
  findings: ProbeFindings,
  verdict: ProbeVerdict,
  context: ProbeContext,
  extra: readonly Section[] = [],
): ReportDocument {
  const answer = probeSentence(findings, verdict);
  return reportOf(
    [
      section('run', null, [
        verdictParagraph(sentence(capital(answer))),
        paragraph([
          ...prose`Incumbent ${id('url', context.incumbent)} ${codeId('path', findings.incumbentPath)}, `,
          ...prose`candidate ${id('url', context.candidate)} ${codeId('path', findings.candidatePath)}; `,
          ...prose`${context.createdAt}, run ${context.runId}, retrieval-parity ${context.toolVersion}.`,
        ]),
      ]),
      ...extra,
      ...(findings.quality.length === 0
        ? []
        : [pictured(qualitySection(findings, verdict), [qualityPicture(verdict)])]),
      pictured(checksSection(findings), checkPictures(findings)),
      section('not-verified', 'Not verified', [list(findings.notVerified.map(sentence))]),
    ],
    {
      title: prose`${findings.probe}: ${probeLine(findings, verdict)}`,
      verdict: {
        state: verdict.state,
        tone: toneOf(verdict.state),
        sentence: sentence(answer),
        notVerified: findings.notVerified.map(sentence),
      },
    },
  );
}

function qualitySection(findings: ProbeFindings, verdict: ProbeVerdict): Section {
  const gates = verdict.gates.filter(({ kind }) => kind.type === 'quality');
  return tableSection('quality', 'Quality against exact cosine truth', {
    columns: [
      key(left('metric')),
      right('needs'),
      right('incumbent'),
      right('candidate'),
      right('difference'),
      beside(right('95% bounds', 'difference-bounds')),
      right('margin'),
      left('state'),
    ],
    rows: findings.quality.map((quality, at) => {
      const gate = gates[at];
      return row(
        [qualityLabel(quality)],
        [
          qualityLabel(quality),
          count(gate?.n ?? quality.differences.length),
          metric(quality.incumbentMean),
          metric(quality.candidateMean),
          numeral(gate?.mean, { unit: 'difference', precision: { digits: 5 }, signed: false }),
          bounds(gate?.lower, gate?.upper),
          metric(quality.margin),
          gate === undefined ? MISSING : state(gate.state),
        ],
        {
          kind: 'gate',
          figures: prose`${metric(quality.incumbentMean)} → ${metric(quality.candidateMean)}, ${things(gate?.n ?? quality.differences.length, 'need')}`,
        },
      );
    }),
    notes: [
      paragraph('Bounds are one-sided, over needs; the margin is the largest tolerated loss.'),
    ],
  });
}

function checkPictures({ checks }: ProbeFindings): Picture[] {
  const counted = checks.map(({ group, state: is }) => ({ group, state: is, tone: TONES[is] }));
  return checks.length === 0 ? [] : [checksPicture('Checks by group', counted)];
}

/** Differences in units of their margins: the loss that is tolerated is the dashed line. */
function qualityPicture({ gates }: ProbeVerdict): Picture {
  const quality = gates.filter(({ kind }) => kind.type === 'quality');
  return marginsPicture('Quality in units of the margin', quality);
}

function checksSection({ checks }: ProbeFindings): Section {
  return tableSection('checks', 'Checks', {
    columns: [
      key(left('group')),
      key(left('check')),
      left('state'),
      left('incumbent'),
      left('candidate'),
      left('note'),
    ],
    rows: checks.map((check, at) =>
      row(
        [at, check.group, check.name],
        [
          text(check.group),
          text(check.name),
          state(check.state, TONES[check.state]),
          text(check.incumbent),
          text(check.candidate),
          text(check.note),
        ],
        { kind: 'check' },
      ),
    ),
  });
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
