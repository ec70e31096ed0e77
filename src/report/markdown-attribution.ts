import type { MeasureAttribution } from '../attribution/types.ts';
import type { CellAttribution, Findings } from '../parity/findings.ts';
import { cellText, fixed, interval, percent, signed, whole } from './numbers.ts';
import { section } from './table.ts';

/** Why the sides disagree: nothing where it was not asked for. */
export function attributionSections(findings: Findings): string[] {
  return (findings.attribution ?? []).flatMap((entry) => [
    summarySection(entry),
    componentsSection(entry),
    ...(entry.evidence.length === 0 ? [] : [evidenceSection(entry)]),
  ]);
}

function summarySection(entry: CellAttribution): string {
  const rows = entry.measures.flatMap((measure) =>
    measure.shares.map((share) => [
      measure.measure,
      share.component,
      signed(share.phi.mean),
      interval(share.phi.lower, share.phi.upper),
      percent(share.share),
      signed(share.firstIn),
      signed(share.lastIn),
    ]),
  );
  return section(
    `Attribution: ${entry.cell}`,
    [
      'measure',
      'component',
      '>φ',
      '90% bootstrap interval',
      '>of what is attributed',
      '>first in',
      '>last in',
    ],
    rows,
    [
      `**${cellText(entry.status)}**: ${cellText(entry.sentence)}`,
      `${whole(entry.queries)} queries that stand for ${whole(entry.representing)}. φ is the exact Shapley value of a component over local replays of both sides; total = Σφ + unexplained.`,
      ...entry.measures.map(accountOf),
      ...entry.remarks.map((remark) => `- ${cellText(remark)}`),
    ],
  );
}

/** How well the replays reproduce held-out answers, in one measure. */
export function twinOf({ fidelity, accepted }: MeasureAttribution): string {
  return `held-out δ of the replays ${fixed(fidelity.incumbent)} (incumbent) and ${fixed(fidelity.candidate)} (candidate) against ${fixed(fidelity.across)} across, over ${whole(fidelity.queries)} queries (at most a quarter is allowed): ${accepted ? 'accepted' : 'not accepted, so nothing is attributed'}`;
}

function accountOf(measure: MeasureAttribution): string {
  const twin = twinOf(measure);
  const repair =
    measure.repair === null
      ? ''
      : ` Minimal repair: ${measure.repair.length === 0 ? 'nothing' : measure.repair.join(', ')}; δ left ${fixed(measure.afterRepair)}.`;
  return `${measure.measure}: total ${fixed(measure.total)} = Σφ ${fixed(measure.explained)} + unexplained ${signed(measure.unexplained)}; noise floor ${fixed(measure.noiseFloor)}; ${twin}.${repair}`;
}

function componentsSection(entry: CellAttribution): string {
  return section(
    `Components: ${entry.cell}`,
    ['component', 'found', 'incumbent', 'candidate'],
    entry.components.map((component) => [
      component.component,
      component.status,
      cellText(component.incumbent),
      cellText(component.candidate),
    ]),
  );
}

function evidenceSection(entry: CellAttribution): string {
  return section(
    `Evidence: ${entry.cell}, documents of the queries that disagree most`,
    [
      'query',
      'document',
      '>rank, incumbent',
      '>rank, candidate',
      '>cosine, incumbent’s vectors',
      '>cosine, candidate’s vectors',
      'moved by',
      'sha256 of the text',
    ],
    entry.evidence.map((row) => [
      cellText(row.queryId),
      cellText(row.key),
      row.rankIncumbent === null ? '–' : whole(row.rankIncumbent),
      row.rankCandidate === null ? '–' : whole(row.rankCandidate),
      fixed(row.scoreIncumbent, 9),
      fixed(row.scoreCandidate, 9),
      row.movedBy ?? '–',
      row.textHash === null ? '–' : `\`${row.textHash}\``,
    ]),
  );
}
