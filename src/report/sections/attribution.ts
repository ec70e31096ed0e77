import type { MeasureAttribution } from '../../attribution/types.ts';
import type { CellAttribution, Findings, LossSplit } from '../../parity/findings.ts';
import { beside, key, left, looseList, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Content, Section, Span } from '../model.ts';
import {
  bounds,
  codeId,
  count,
  difference,
  id,
  MISSING,
  metric,
  prose,
  rank,
  sentence,
  share,
  state,
  strong,
  things,
} from '../spans.ts';

/** Why the sides disagree: nothing where it was not asked for. */
export function attributionSections({ attribution }: Findings): Section[] {
  return (attribution ?? []).flatMap((entry) => [
    summarySection(entry),
    componentsSection(entry),
    ...(entry.evidence.length === 0 ? [] : [evidenceSection(entry)]),
  ]);
}

function summarySection(entry: CellAttribution): Section {
  return tableSection(`attribution-${entry.cell}`, prose`Attribution: ${entry.cell}`, {
    columns: [
      key(left('measure')),
      key(left('component')),
      right('contribution', 'phi'),
      beside(left('90% bootstrap interval', 'phi-bounds')),
      right('of what is attributed', 'share'),
      right('first in'),
      right('last in'),
    ],
    rows: entry.measures.flatMap(({ measure, shares }) =>
      shares.map(({ component, phi, share: part, firstIn, lastIn }) =>
        row(
          [measure, component],
          [
            measure,
            component,
            difference(phi.mean),
            bounds(phi.lower, phi.upper),
            share(part),
            difference(firstIn),
            difference(lastIn),
          ],
          {
            evidence:
              entry.evidence.length === 0
                ? []
                : [{ kind: 'section', id: `evidence-${entry.cell}` }],
          },
        ),
      ),
    ),
    notes: [
      paragraph([strong(state(entry.status)), ': ', sentence(entry.sentence)]),
      paragraph(
        prose`${things(entry.queries, 'query that stands', 'queries that stand')} for ${count(entry.representing)}. The contribution of a component is its exact Shapley value over local replays of both sides; the contributions and what is unexplained add up to the total.`,
      ),
      ...entry.measures.map((measure) => paragraph(accountOf(measure))),
      ...(entry.losses ?? []).map((split) => paragraph(splitSpans(split))),
      ...(entry.remarks.length === 0 ? [] : [looseList(entry.remarks.map(sentence))]),
    ],
  });
}

/** How well the replays reproduce held-out answers, in one measure. */
export function fidelitySpans({ fidelity, accepted }: MeasureAttribution): readonly Span[] {
  const { incumbent, candidate, across, queries } = fidelity;
  return prose`over ${things(queries, 'held-out query', 'held-out queries')} the local replays differ from the answers of their side by ${metric(incumbent)} (incumbent) and ${metric(candidate)} (candidate), the two sides from each other by ${metric(across)} (at most a quarter of that is allowed): ${accepted ? 'accepted' : 'not accepted, so nothing is attributed'}`;
}

function splitSpans({ side, queries, loss, held, graph, filter }: LossSplit): readonly Span[] {
  return prose`Recall that the ${side} loses over ${things(queries, 'query', 'queries')}: ${difference(loss)} = ${difference(held)} by what it holds (its own exact search loses it too) + ${difference(graph)} by the search through its index beyond that, by codes too where only the index has them, + ${difference(filter)} under filters.`;
}

/** The components to revert, by name. */
export function repairOf(repair: readonly string[]): Content {
  return repair.length === 0 ? 'nothing' : repair.join(', ');
}

function accountOf(measure: MeasureAttribution): readonly Span[] {
  return [
    ...prose`${measure.measure}: total ${metric(measure.total)} = contributions ${metric(measure.explained)} + unexplained ${difference(measure.unexplained)}; noise floor ${metric(measure.noiseFloor)}; ${fidelitySpans(measure)}.`,
    ...(measure.repair === null
      ? []
      : prose` Minimal repair: ${repairOf(measure.repair)}; ${metric(measure.afterRepair)} would be left.`),
  ];
}

function componentsSection(entry: CellAttribution): Section {
  return tableSection(`components-${entry.cell}`, prose`Components: ${entry.cell}`, {
    columns: [key(left('component')), left('found'), left('incumbent'), left('candidate')],
    rows: entry.components.map(({ component, status, incumbent, candidate }) =>
      row([component], [component, state(status), sentence(incumbent), sentence(candidate)]),
    ),
  });
}

function evidenceSection(entry: CellAttribution): Section {
  return tableSection(
    `evidence-${entry.cell}`,
    prose`Evidence: ${entry.cell}, documents of the queries that disagree most`,
    {
      columns: [
        key(left('query')),
        key(left('document')),
        right('rank, incumbent'),
        right('rank, candidate'),
        right('cosine, incumbent’s vectors', 'cosine-incumbent'),
        right('cosine, candidate’s vectors', 'cosine-candidate'),
        left('moved by'),
        left('sha256 of the text', 'text-sha256'),
      ],
      rows: entry.evidence.map((at) =>
        row(
          [at.queryId, at.key],
          [
            id('query', at.queryId),
            id('document', at.key),
            rank(at.rankIncumbent),
            rank(at.rankCandidate),
            metric(at.scoreIncumbent, 9),
            metric(at.scoreCandidate, 9),
            at.movedBy ?? MISSING,
            at.textHash === null ? MISSING : codeId('hash', at.textHash),
          ],
          { kind: 'document' },
        ),
      ),
    },
  );
}
