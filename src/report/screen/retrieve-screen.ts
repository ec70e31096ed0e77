import { gapNames } from '../../gate/gap-text.ts';
import { verdictHeadline } from '../../gate/sentence.ts';
import type { Verdict } from '../../gate/verdict.ts';
import type { CellAttribution, Findings } from '../../parity/findings.ts';
import type { Content, Span } from '../model.ts';
import { isTelling, type PageCell } from '../page/page-data.ts';
import { joined, prose, sentence, share, spansOf, toneOf } from '../spans.ts';
import { claimsOf } from './claims.ts';
import type { Screen } from './screen.ts';
import { speedLines } from './speed-lines.ts';
import { worstQueryLines } from './worst-queries.ts';

/** What the screen of a run of the main job is made from. */
export interface RetrieveScreen {
  readonly findings: Findings;
  readonly verdict: Verdict;
  /** Every query of each operation, those that differ most first. */
  readonly cells: readonly PageCell[];
  /** The run folder as one types it. */
  readonly run: string;
  /** The program as one types it, e.g. `npm run bench --`. */
  readonly program: string;
}

const REFERENCE_LEFT =
  'what an HNSW index over the same vectors reaches, and whether it doubts the truth';

/** The answer of the main job on one screen. */
export function retrieveScreen({ findings, verdict, cells, run, program }: RetrieveScreen): Screen {
  const { state, remarks, notVerified } = verdict;
  const isPartial = !findings.complete;
  // Causes stand under "Why" as well: they take no other note's place.
  const notes = remarks.toSorted((a, b) => Number(a.kind === 'cause') - Number(b.kind === 'cause'));
  const part = (title: string, lines: readonly Content[], isOptional = false) =>
    lines.length === 0 ? [] : [{ title, lines, isOptional }];
  return {
    state,
    tone: toneOf(state),
    isPartial,
    sentence: sentence(verdictHeadline(verdict)),
    claims: claimsOf(verdict),
    parts: [
      ...part('Why', causeLines(findings, cells)),
      ...part('Differ most', worstQueryLines(cells), true),
      ...part('Speed: incumbent → candidate, % of paired blocks', speedLines(findings)),
      ...part('Left to bench rescore', findings.referenceLeft === true ? [REFERENCE_LEFT] : []),
      ...part(
        'Note',
        state === 'environment unfit' ? [] : notes.slice(0, 2).map(({ text }) => sentence(text)),
        true,
      ),
    ],
    notVerified: gapNames(notVerified).map(sentence),
    next: nextCommands({ state, findings, run, program: `${program} ` }),
    report: `${run}/report.html`,
  };
}

/** What explains the disagreement of each operation, in a line. */
function causeLines({ attribution, cells }: Findings, pages: readonly PageCell[]): Content[] {
  const told = (attribution ?? []).filter(
    ({ cell, status }) =>
      status !== 'nothing to explain' &&
      // Exact ties in another order are nobody's fault.
      pages.find((page) => page.cell === cell)?.queries.some(isTelling) !== false,
  );
  if (told.length > 0) return told.map(causeLine);
  return cells.flatMap(({ cell, queries, agreement }): Content[] => {
    const both = agreement.find(({ pair }) => pair === 'A·B');
    if (both === undefined || queries === 0) return [];
    const asked = pages.find((page) => page.cell === cell)?.queries ?? [];
    const tied = asked.filter(({ difference }) => difference === 'tied order').length;
    const ties =
      tied === 0 ? [] : prose`, ${share(tied / asked.length)} but for the order of exact ties`;
    return [
      [
        ...prose`${[cell]}: ${share(both.identical / queries)} of the lists are the same to the last rank`,
        ...ties,
      ],
    ];
  });
}

function causeLine(entry: CellAttribution): Content {
  const [measure] = entry.measures.filter(({ shares }) => shares.some(({ phi }) => phi.mean > 0));
  const top = (measure?.shares ?? [])
    .filter(({ phi }) => phi.mean > 0)
    .toSorted((a, b) => b.phi.mean - a.phi.mean)
    .slice(0, 3)
    .map(({ component, share: of }): readonly Span[] => prose`${[component]} ${share(of, 0)}`);
  return top.length === 0
    ? prose`${[entry.cell]}: ${sentence(entry.sentence)}`
    : [`${entry.cell}: the lists differ by `, ...spansOf(joined(top))];
}

/** A run is gone on with against its own backends: those that flags named have to be named again. */
const AGAIN = ' # and its flags';

function nextCommands({
  state,
  findings,
  run,
  program,
}: Pick<RetrieveScreen, 'findings' | 'run' | 'program'> & Pick<Verdict, 'state'>): string[] {
  if (!findings.complete) {
    const resume = `${program}retrieve --resume ${run}${AGAIN}`;
    return findings.referenceLeft === true ? [resume, `${program}rescore ${run}`] : [resume];
  }
  switch (state) {
    case 'pass':
    case 'informational':
      return [`${program}baseline add ${run}`];
    case 'fail':
      return [`${program}explain ${run}`];
    case 'inconclusive':
      return [`${program}explain ${run}`, `${program}gate ${run} --gates.recall.margin=0.01`];
    case 'environment unfit':
      return [`${program}doctor`];
  }
}
