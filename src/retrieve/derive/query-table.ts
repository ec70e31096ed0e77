import { documentIndex } from '../../corpus/document-index.ts';
import { metricLabel, metricsAt } from '../../metrics/metric.ts';
import { answersByQuery } from '../../parity/cell/answers.ts';
import { queryReferences, scoreQueries } from '../../parity/cell/query-metrics.ts';
import type { ParityInput } from '../../parity/inputs.ts';
import type { ParquetColumn } from '../../record/tables/queries-parquet.ts';
import { ARMS } from '../../record/types.ts';

/** The columns of `queries.parquet`: one row a query and cell, every quality metric of every arm as served. */
export function queryTable(input: ParityInput): ParquetColumn[] {
  const index = documentIndex(input.collections);
  const cells = input.cells.map(({ cell }) => ({
    cell,
    answers: answersByQuery(cell, input.observations, input.queries, index),
  }));
  const rows = cells.flatMap(({ cell, answers }) => answers.map((entry) => ({ cell, ...entry })));
  const columns: ParquetColumn[] = [
    { name: 'cell', type: 'string', values: rows.map((row) => row.cell) },
    { name: 'query_id', type: 'string', values: rows.map((row) => row.query.id) },
    { name: 'need', type: 'string', values: rows.map((row) => row.query.need) },
    { name: 'text', type: 'string', values: rows.map((row) => row.query.text) },
    { name: 'slices', type: 'string', values: rows.map((row) => row.query.slices.join(' ')) },
    ...ARMS.map(
      (arm): ParquetColumn => ({
        name: `outcome_${arm}`,
        type: 'string',
        values: rows.map((row) => row.arms[arm]?.observation.outcome ?? null),
      }),
    ),
  ];
  const references = queryReferences(input.truth, input.judgments);
  for (const metric of metricsAt(input.k, input.source)) {
    const scores = cells.flatMap(({ answers }) => scoreQueries(answers, metric, references));
    const name = metricLabel(metric).replaceAll(/[@ ]/g, '_');
    for (const arm of ARMS) {
      columns.push({
        name: `${name}_${arm}`,
        type: 'double',
        values: scores.map((entry) => entry.served[arm] ?? null),
      });
    }
  }
  return columns;
}
