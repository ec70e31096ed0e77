import type { Findings } from '../../parity/findings.ts';
import { key, left, paragraph, right, row, tableSection } from '../blocks.ts';
import type { Section } from '../model.ts';
import { count, joined, metric, prose, setting, text } from '../spans.ts';

/** Local HNSW indexes over the same vectors. */
export function referenceSection({ reference, referenceLeft }: Findings): Section {
  return tableSection(
    'reference',
    'Reference index: HNSW over the same vectors, against exact truth',
    {
      columns: [
        key(left('collection')),
        right('rows'),
        right('queries'),
        right('M'),
        right('efConstruction'),
        left('recall by efSearch'),
        right('efSearch for 0.999'),
      ],
      rows: reference.map((entry) =>
        row(
          [entry.collection],
          [
            text(entry.collection),
            count(entry.rows),
            count(entry.queries),
            setting(entry.m),
            setting(entry.efConstruction),
            joined(
              entry.curve.map(
                ({ efSearch, recall }) => prose`${setting(efSearch)}: ${metric(recall)}`,
              ),
            ),
            entry.efSearchFor999 === null ? 'not reached' : setting(entry.efSearchFor999),
          ],
        ),
      ),
      notes:
        referenceLeft === true
          ? [paragraph('Left to bench rescore, since the run was interrupted.')]
          : [],
    },
  );
}
