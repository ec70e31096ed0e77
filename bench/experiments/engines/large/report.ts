import {
  key,
  left,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../../src/report/blocks.ts';
import type { Block, ReportDocument } from '../../../../src/report/model.ts';
import {
  bounds,
  code,
  count,
  difference,
  joined,
  MISSING,
  metric,
  ms,
  perSecond,
  prose,
  range,
  ratio,
  seconds,
  setting,
  state,
  strong,
  text,
} from '../../../../src/report/spans.ts';
import { endSections, hashesOf } from '../../end-sections.ts';
import { type Large, MOST_MINUTES, minutesOf } from './record.ts';

const gib = (bytes: number | null) => metric(bytes === null ? null : bytes / 2 ** 30, 2);
const mib = (bytes: number | null) => metric(bytes === null ? null : bytes / 2 ** 20, 1);

/** Three engines over 100,000 documents as a document: the same data gives the same document. */
export function largeReport(record: Large): ReportDocument {
  const { corpus, command, provenance, skipped, engines } = record;
  return reportOf(
    [
      section('question', null, [
        paragraph(
          prose`What a user has to wait for with ${count(corpus.documents)} documents of ${count(corpus.dimension)} dimensions (${text(corpus.name)}, real vectors; ${count(corpus.queries)} queries): ${code('bench ingest')}, ${code('bench retrieve')} and ${code('bench sweep')}, one after the other. The first engine is the incumbent.`,
        ),
        ...(skipped.length === 0
          ? []
          : [paragraph(prose`Left out: ${joined(skipped.map((why) => text(why)))}.`)]),
      ]),
      section('steps', 'How long it takes', stepsOf(record)),
      section('engines', 'Engines', [
        table(
          [
            key(left('engine')),
            left('version'),
            left('index'),
            right('load and build, s', 'build'),
            right('until visible, s', 'ready'),
            right('index, MiB', 'size'),
          ],
          engines.map((one) =>
            row(
              [one.name],
              [
                ...[text(one.name), text(one.version), text(one.index)],
                ...[seconds(one.buildS), seconds(one.readyS), mib(one.indexBytes)],
              ],
            ),
          ),
        ),
      ]),
      section('verdicts', 'Verdicts', verdictsOf(record)),
      section('sweep', 'Sweep', sweepOf(record)),
      ...endSections(
        [
          'Which engine is better: each has its own defaults, and what runs in the process of the client saves a way that a server has to go.',
          'Times of another machine, or of this one with another load: it is told below. Times within the sweep are interleaved, and suffer alike.',
          'How builds vary: each is one.',
          'Several machines, and a collection that does not fit into memory.',
        ],
        { command, provenance: text(provenance), more: hashesOf(corpus.sources) },
      ),
    ],
    {
      title: 'Three engines over 100,000 real vectors',
      generated: { from: 'hundred-thousand.json', by: 'bench documents --write' },
    },
  );
}

function stepsOf(record: Large): Block[] {
  const minutes = minutesOf(record);
  const isWithin = minutes <= MOST_MINUTES;
  const answer = isWithin ? 'within' : strong('not within');
  return [
    table(
      [
        key(left('command')),
        right('s'),
        right('CPU s of the client', 'cpu'),
        right('peak memory of the client, GiB', 'peak'),
      ],
      record.steps.map((one) =>
        row(
          [one.name],
          [text(one.name), seconds(one.seconds), seconds(one.cpuS), gib(one.peakBytes)],
        ),
      ),
    ),
    paragraph(
      prose`Together ${metric(minutes, 1)} minutes, ${answer} the ${count(MOST_MINUTES)} that it may take.`,
    ),
  ];
}

function verdictsOf({ verdicts, engines }: Large): Block[] {
  return [
    table(
      [
        key(left(`candidate, against ${engines[0]?.name ?? ''}`, 'candidate')),
        left('verdict'),
        right('recall@10 of the incumbent', 'incumbent'),
        right('of the candidate', 'recall'),
        right('difference'),
        right('95% bounds', 'bounds'),
        right('p50, candidate over incumbent', 'p50'),
        right('95% bounds', 'p50-bounds'),
      ],
      verdicts.map(({ candidate, state: answer, recall, bounds: within, p50 }) =>
        row(
          [candidate],
          [
            ...[text(candidate), state(answer), metric(recall.incumbent), metric(recall.candidate)],
            ...[
              difference(recall.difference),
              bounds(within.lower, within.upper, difference(null)),
            ],
            p50.ratio === null ? MISSING : ratio(p50.ratio),
            p50.ratio === null ? MISSING : bounds(p50.lower, p50.upper, ratio(null)),
          ],
        ),
      ),
    ),
    paragraph(
      'Each engine is as it comes: a failed gate on recall says that its defaults find less than those of the incumbent, not that it cannot find as much.',
    ),
  ];
}

function sweepOf({ sweep }: Large): Block[] {
  const { points, reached, needs, concurrency, rounds } = sweep;
  return [
    table(
      [
        key(left('engine')),
        key(right('effort')),
        right('recall@10', 'recall'),
        right('95% bounds', 'recall-bounds'),
        right('p50 ms', 'p50'),
        right('95% bounds', 'p50-bounds'),
        right('p95 ms', 'p95'),
        right('requests a second', 'per-second'),
        right('least–greatest', 'range'),
        left('front'),
      ],
      points.map((one) =>
        row(
          [one.engine, String(one.effort)],
          [
            ...[text(one.engine), setting(one.effort), metric(one.recall.mean)],
            ...[bounds(one.recall.lower, one.recall.upper), ms(one.p50.ms)],
            ...[bounds(one.p50.lower, one.p50.upper, ms(null)), ms(one.p95Ms)],
            perSecond(one.perSecond.median),
            range(one.perSecond.least, one.perSecond.greatest, perSecond(null)),
            one.isOnFront ? 'yes' : '',
          ],
        ),
      ),
    ),
    paragraph(
      prose`Recall over ${count(needs)} needs, one-sided bounds. Latency with one request at a time, requests a second with ${count(concurrency)}, in ${count(rounds)} interleaved rounds.`,
    ),
    table(
      [key(left('engine')), key(right('recall')), left('answer'), right('effort')],
      reached.map(({ engine, target, state: answer, effort }) =>
        row([engine, target], [text(engine), setting(target), answer, setting(effort)]),
      ),
    ),
  ];
}
