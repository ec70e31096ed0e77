import type { ReferenceIndexAudit } from '../truth/reference/audit.ts';
import type { NativeBuild } from '../truth/reference/native-build.ts';
import { key, paragraph, reportOf, right, row, tableSection } from './blocks.ts';
import type { NumberStyle, ReportDocument } from './model.ts';
import { metric, numeral, prose, seconds, setting, text, things } from './spans.ts';

const MICROSECONDS: NumberStyle = { unit: 'us', precision: { digits: 0 }, signed: false };

/** What the indexes were built over and asked. */
export interface ReferenceContext {
  readonly corpus: string;
  readonly vectors: string;
  readonly queries: number;
  readonly k: number;
}

/** Recall, build time and latency of local HNSW indexes over a corpus. */
export function referenceReport(
  about: ReferenceContext,
  build: NativeBuild,
  audits: readonly ReferenceIndexAudit[],
): ReportDocument {
  const [first] = audits;
  return reportOf([
    tableSection('reference', prose`Reference index over ${text(about.corpus)}`, {
      columns: [
        key(right('M')),
        key(right('efConstruction')),
        right('build s'),
        key(right('efSearch')),
        right(`recall@${about.k}`, 'recall'),
        right('by ids'),
        right('p50 µs'),
        right('p95 µs'),
      ],
      rows: audits.flatMap((audit) =>
        audit.curve.map(({ efSearch, recall, idRecall }, at) =>
          row(
            [audit.M, audit.efConstruction, efSearch],
            [
              setting(audit.M),
              setting(audit.efConstruction),
              [seconds(audit.buildMs / 1000), audit.loaded ? ' (saved)' : ''],
              setting(efSearch),
              metric(recall),
              metric(idRecall),
              numeral(audit.timings[at]?.p50Us, MICROSECONDS),
              numeral(audit.timings[at]?.p95Us, MICROSECONDS),
            ],
          ),
        ),
      ),
      notes: [
        paragraph(
          prose`${things(first?.count ?? 0, 'row')} of ${setting(first?.dimension ?? 0)} dimensions, ${things(about.queries, 'query', 'queries')} over all of them without filters. Vectors: ${about.vectors}.`,
        ),
        paragraph(
          prose`hnswlib-node ${build.version}, ${build.kind} build (${build.flags.join(' ') || 'flags unknown'}); one thread.`,
        ),
      ],
    }),
  ]);
}
