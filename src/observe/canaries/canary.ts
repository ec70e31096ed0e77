import type { CorpusMetric } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import type { Side } from '../../record/types.ts';

/** Something found before anything is timed that would make a comparison mean less than it seems to. */
export type Canary = { readonly side: Side; readonly collection: string } & (
  | {
      /** Rows are not in the index: they are searched exactly, or left out. */
      readonly kind: 'unindexed-rows';
      readonly count: number;
      readonly indexedCount: number;
    }
  | {
      /** No row is in the index, e.g. since the collection is below a threshold: every search is exact. */
      readonly kind: 'exact-for-index';
      readonly count: number;
      readonly index: string;
    }
  | {
      /** The plan of a search reads the whole table although there is an index. */
      readonly kind: 'sequential-scan';
      readonly plan: string;
      readonly index: string;
    }
  | {
      /** Vectors are stored in fewer bits, and the side was not told to. */
      readonly kind: 'quantised';
      readonly quantisation: string;
    }
  | {
      /** The index ranks by something else than the truth of the run. */
      readonly kind: 'other-metric';
      readonly distance: string;
      readonly metric: CorpusMetric;
    }
  | {
      /** Fewer rows than were asked for, although there are more: a page of a default size, or a limit. */
      readonly kind: 'page-limit';
      readonly asked: number;
      readonly got: number;
    }
  | {
      /** Fewer rows than match the filter: it is applied after the search. */
      readonly kind: 'short-filtered-list';
      readonly field: string;
      readonly matching: number;
      readonly asked: number;
      readonly got: number;
    }
  | {
      /** No small answer comes in less than about 40 ms: Nagle's algorithm against a delayed acknowledgement. */
      readonly kind: 'latency-floor';
      readonly floorMs: number;
    }
  | {
      /** A long text and its beginning have the same vector: the end is not read. */
      readonly kind: 'cut-texts';
      readonly length: number;
      readonly cutTo: number;
    }
);

/** What was found, and what to do about it, a line each; what both sides have alike is one line. */
export function canaryLines(canaries: readonly Canary[]): string[] {
  const sides = new Map<string, Side[]>();
  for (const canary of canaries) {
    const { what, todo } = saidOfCanary(canary);
    const line = `${canary.collection}: ${canary.kind}: ${what}. ${todo}`;
    sides.set(line, [...(sides.get(line) ?? []), canary.side]);
  }
  return [...sides].map(
    ([line, of]) => `warning: ${of.length === 2 ? 'both sides' : of[0]}, ${line}`,
  );
}

/** What was found, and what to do about it. */
export function saidOfCanary(canary: Canary): { readonly what: string; readonly todo: string } {
  switch (canary.kind) {
    case 'unindexed-rows':
      return {
        what: `${canary.indexedCount} of ${canary.count} rows are in the index`,
        todo: 'Wait until all are, or build the index again',
      };
    case 'exact-for-index':
      return {
        what: `no row of ${canary.count} is in the ${canary.index} index: searches are exact`,
        todo: 'Lower the threshold of the index (indexing_threshold=1 of Qdrant), or take a corpus as large as the one in use',
      };
    case 'sequential-scan':
      return {
        what: `the plan is ${canary.plan}, and not the ${canary.index} index`,
        todo: 'This is exact search: use seqscan=off, or exact=true if it is meant',
      };
    case 'quantised':
      return {
        what: `vectors are stored as ${canary.quantisation}, which nobody asked for`,
        todo: 'Say so in the URL if it is meant (quantisation=, index=), or make the collection without it',
      };
    case 'other-metric':
      return {
        what: `the index ranks by ${canary.distance}, and the truth of this run by ${canary.metric}`,
        todo: 'The order is the same only where all vectors are equally long: make the index by the metric that is meant, or declare it (searchUses.metric, or "metric" in the manifest of the corpus)',
      };
    case 'page-limit':
      return {
        what: `${counted(canary.got, 'row')} for k = ${canary.asked}`,
        todo: 'Raise the size of a page, or the effort where that bounds the rows (hnsw.ef_search of pgvector), or ask for a smaller k',
      };
    case 'short-filtered-list':
      return {
        what: `${canary.got} of ${canary.asked} rows by a filter on ${canary.field} that ${counted(canary.matching, 'document matches', 'documents match')}`,
        todo: 'The filter is applied after the search: raise the effort, or use iterative scans (iterative_scan=strict_order of pgvector)',
      };
    case 'latency-floor':
      return {
        what: `no small answer came in less than ${canary.floorMs.toFixed(0)} ms`,
        todo: 'Set TCP_NODELAY at the server or the proxy before it: latencies are those of the network stack',
      };
    case 'cut-texts':
      return {
        what: `a text of ${canary.length} characters has the vector of its first ${canary.cutTo}`,
        todo: 'Cut documents into smaller ones, or use a model that takes longer texts',
      };
  }
}
