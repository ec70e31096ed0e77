import {
  key,
  left,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../src/report/blocks.ts';
import type { Content, ReportDocument, Row, Span } from '../../../src/report/model.ts';
import { count, MISSING, metric, prose, setting, strong, text } from '../../../src/report/spans.ts';
import { type SimulatedRow, type Simulation, standardError } from './simulate.ts';

const LAW_COLUMNS = [key(left('law')), key(right('run')), left('truth'), left('counted')];

/** A simulation as a document: the same data gives the same document. */
export function simulationReport({ seed, gates, contrasts }: Simulation): ReportDocument {
  const [real, ...others] = gates;
  return reportOf(
    [
      section('simulation', null, [
        paragraph(
          prose`Runs are drawn from laws whose truth is known, and judged by the functions that judge real runs. Every row has a seeded stream of its own (seed ${setting(seed)}); rates are given ± one standard error.`,
        ),
        list(gates.map(summaryOf)),
      ]),
      section('requirements', 'What must hold', [
        table(
          [
            key(left('claim')),
            ...LAW_COLUMNS,
            left('required'),
            ...gates.map(({ name }, at) => ({ ...right('', `rate-${at}`), heading: text(name) })),
            right('repetitions'),
          ],
          (real?.rows ?? []).map((one, at) =>
            rowOf(one, [
              requiredOf(one),
              rateOf(one),
              ...others.map((other) => otherRateOf(other.rows[at])),
            ]),
          ),
        ),
        paragraph(
          'A false pass may exceed its limit by two standard errors of that limit; the other limits stand as they are. Rows of “sequential” are judged by the betting e-process in the order of the draws, all others on whole runs.',
        ),
      ]),
      section('contrasts', 'What the method avoids, and where it reaches its end', [
        table(
          [key(left('case')), ...LAW_COLUMNS, right('rate'), right('repetitions')],
          contrasts.map((one) => rowOf(one, [rateOf(one)])),
        ),
        paragraph(
          '“Slower” counts claims in one direction; as many runs claim that the same backend is faster than itself.',
        ),
      ]),
    ],
    {
      title: 'Simulation of the gates',
      generated: { from: 'gates.json', by: 'bench documents --write' },
    },
  );
}

function summaryOf({ name, rows }: Simulation['gates'][number]): readonly Span[] {
  const met = rows.filter((one) => one.met === true).length;
  return [
    strong(text(name)),
    ...prose`: ${count(met)} of ${count(rows.length)} requirements met`,
    met === rows.length ? '' : ', so these gates fail the simulation',
  ];
}

function rowOf(one: SimulatedRow, figures: readonly Content[]): Row {
  const { group, name, size, truth, event, repetitions } = one;
  return row(
    [group, name, size, truth, event],
    [text(group), text(name), text(size), text(truth), event, ...figures, count(repetitions)],
  );
}

function requiredOf({ limit }: SimulatedRow): Content {
  if (limit === null) return MISSING;
  return prose`${limit.kind} ${setting(limit.rate)}${limit.withError ? ' + 2 SE' : ''}`;
}

function rateOf({ count: happened, repetitions, met }: SimulatedRow): Content {
  const rate = happened / repetitions;
  const error = standardError(rate, repetitions);
  return [...prose`${metric(rate)} ± ${metric(error)}`, ...missedOf(met)];
}

function otherRateOf(one: SimulatedRow | undefined): Content {
  if (one === undefined) return MISSING;
  return [metric(one.count / one.repetitions, 2), ...missedOf(one.met)];
}

function missedOf(met: boolean | null): readonly Span[] {
  return met === false ? [' ', strong('missed')] : [];
}
