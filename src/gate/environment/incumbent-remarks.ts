import { counted } from '../../counted.ts';
import { lostDocuments } from '../../parity/census.ts';
import type { CellFinding, Findings } from '../../parity/findings.ts';

/** Share of answers from which a violation is named. */
const COMMON_SHARE = 0.01;

/** Answers from which on a violation of an operation is named. */
export function commonFrom({ failures }: CellFinding): number {
  const answers = failures.map(({ requests, failed }) => requests - failed);
  return Math.max(1, COMMON_SHARE * Math.min(...answers, Number.POSITIVE_INFINITY));
}

/** What the incumbent alone does wrong: nobody is charged, and nobody is credited. */
export function doneByIncumbent(findings: Findings): string[] {
  return [
    ...lostByIncumbent(findings),
    ...failedByIncumbent(findings),
    ...findings.cells.flatMap(emptyByIncumbent),
    ...findings.cells.flatMap(brokenByIncumbent),
  ];
}

function lostByIncumbent({ census }: Findings): string[] {
  return census.flatMap((side) => {
    const lost = lostDocuments(side);
    if (side.side !== 'incumbent' || lost.length === 0) return [];
    return [
      `${counted(lost.length, 'document is not found by its', 'documents are not found by their')} own text on the incumbent's side, ${lost[0]} first`,
    ];
  });
}

/** Failures of the incumbent that the margin of errors allows: what they were asked is not compared. */
function failedByIncumbent({ errors }: Findings): string[] {
  return (errors.byIncumbent ?? []).map(
    ({ cell, phase, requests, failed }) =>
      `the incumbent failed ${failed} of ${requests} requests in ${phase} of ${cell}, which compare with nothing`,
  );
}

function emptyByIncumbent({ cell, emptyByIncumbent: found }: CellFinding): string[] {
  return found === undefined
    ? []
    : [
        `${found.empty} of ${found.answers} answers of the incumbent of ${cell} have no row though documents match, which compare with nothing`,
      ];
}

function brokenByIncumbent(finding: CellFinding): string[] {
  const least = commonFrom(finding);
  return finding.contract
    .filter(({ incumbent, candidate }) => incumbent >= least && candidate < least)
    .map(
      ({ kind, incumbent, candidate }) =>
        `${kind} in ${counted(incumbent, 'answer')} of the incumbent of ${finding.cell} and ${candidate} of the candidate`,
    );
}
