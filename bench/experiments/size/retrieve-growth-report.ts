import {
  key,
  list,
  paragraph,
  reportOf,
  right,
  row,
  section,
  table,
} from '../../../src/report/blocks.ts';
import type { ReportDocument } from '../../../src/report/model.ts';
import {
  code,
  count,
  metric,
  prose,
  range,
  ratio,
  seconds,
  strong,
  text,
  things,
} from '../../../src/report/spans.ts';
import { medianOf } from '../../../src/stats/quantiles.ts';
import { endSections } from '../end-sections.ts';
import type { GrowthRun, RetrieveGrowth } from './retrieve-growth-record.ts';

const GIB = 2 ** 30;
/** Most that a document more may take in memory, as a multiple of its vector. */
const MOST_MEMORY = 25;
/** Longest that the largest size may take, in minutes. */
const MOST_MINUTES = 15;

/** The growth as a document: the same data gives the same document. */
export function retrieveGrowthReport(growth: RetrieveGrowth): ReportDocument {
  const { dimension, queries, sizes, command, provenance } = growth;
  const rounds = Math.max(...sizes.map(({ runs }) => runs.length));
  return reportOf(
    [
      section('question', null, [
        paragraph(
          prose`How long ${code('bench retrieve')} takes, and how much memory, as the documents become more. Two HNSW indexes of hnswlib (M 16 and M 8, efConstruction 100) over the same clustered vectors of ${count(dimension)} dimensions, ${count(queries)} queries, one operation: both are filled and listed with their vectors, truth is exact, documents are asked for by their own vectors (a sample of 10,000 from there on), then quality and the report, without timed phases.`,
        ),
        paragraph(
          prose`A process of its own for each run, sizes in turn, ${things(rounds, 'run')} a size: medians, and the least and the greatest.`,
        ),
      ]),
      section('growth', 'Growth', [
        table(
          [
            key(right('documents')),
            right('s'),
            right('least–greatest', 's-range'),
            right('of it building both, s', 'ingest'),
            right('CPU s', 'cpu'),
            right('peak memory, GiB', 'peak'),
            right('least–greatest', 'peak-range'),
            right('vectors, GiB', 'vectors'),
          ],
          sizes.map(({ documents, runs }) =>
            row(
              [documents],
              [
                count(documents),
                ...of(runs, (run) => run.seconds),
                seconds(median(runs, ({ ingestS }) => ingestS)),
                seconds(median(runs, ({ cpuS }) => cpuS)),
                metric(
                  median(runs, ({ peakBytes }) => peakBytes / GIB),
                  2,
                ),
                range(...ends(runs, ({ peakBytes }) => peakBytes / GIB), metric(null, 2)),
                metric((documents * dimension * 4) / GIB, 3),
              ],
            ),
          ),
        ),
        list(claimsOf(growth)),
      ]),
      ...endSections(
        [
          'Servers, which keep their own memory: here both indexes are in the process that is measured.',
          'Embedding: the corpus carries its vectors. An embedder adds its own time for each text, once.',
          'Real vectors: these are synthetic, in clusters.',
        ],
        { command, provenance: text(provenance) },
      ),
    ],
    {
      title: 'Growth of bench retrieve',
      generated: { from: 'growth.json', by: 'bench documents --write' },
    },
  );
}

function claimsOf({ sizes, dimension }: RetrieveGrowth) {
  const last = sizes.at(-1);
  const before = sizes.findLast(({ documents }) => documents * 10 <= (last?.documents ?? 0));
  if (last === undefined || before === undefined) return [];
  const memory = (of: typeof last) => median(of.runs, ({ peakBytes }) => peakBytes);
  const time = (of: typeof last) => median(of.runs, (run) => run.seconds);
  const more = last.documents - before.documents;
  const perVector = (memory(last) - memory(before)) / (more * dimension * 4);
  const minutes = time(last) / 60;
  const answer = (holds: boolean) => (holds ? 'holds' : strong('does not hold'));
  return [
    prose`From ${count(before.documents)} to ${count(last.documents)} documents time grows ${ratio(time(last) / time(before), 1)} times, memory ${ratio(memory(last) / memory(before), 1)} times.`,
    prose`${count(more)} further documents take ${ratio(perVector, 1)} times the memory of their vectors; the bound of ${count(MOST_MEMORY)} ${answer(perVector <= MOST_MEMORY)}. Two graphs, the vectors of both sides as they were listed, ids, texts and metadata are among it.`,
    prose`${count(last.documents)} documents take ${metric(minutes, 1)} minutes; the bound of ${count(MOST_MINUTES)} ${answer(minutes <= MOST_MINUTES)}.`,
  ];
}

function of(runs: readonly GrowthRun[], value: (run: GrowthRun) => number) {
  return [seconds(median(runs, value)), range(...ends(runs, value), seconds(null))];
}

function median(runs: readonly GrowthRun[], value: (run: GrowthRun) => number): number {
  return medianOf(runs.map(value)) ?? 0;
}

function ends(runs: readonly GrowthRun[], value: (run: GrowthRun) => number): [number, number] {
  const values = runs.map(value);
  return [Math.min(...values), Math.max(...values)];
}
