import type { CorpusMetric } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';

/**
 * Something found before anything is timed that would make a comparison mean less than it seems to. `side` is
 * `incumbent` or `candidate`, or what else a backend is called.
 */
export type Canary = { readonly side: string; readonly collection: string } & (
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
      /** The vectors of a sample are equally long, so that both order alike: nothing to warn of. */
      readonly isSameOrder?: true;
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
      /** Least time of a health request; null where none was answered. */
      readonly healthMs: number | null;
    }
  | {
      /** What was put in could be counted only some time after the last answer. */
      readonly kind: 'visible-lag';
      readonly lagMs: number;
    }
  | {
      /** A long text and its beginning have the same vector: the end is not read. */
      readonly kind: 'cut-texts';
      readonly length: number;
      readonly cutTo: number;
    }
);

/** What was found, and what to do about it, a line each; what several sides have alike is one line. */
export function canaryLines(canaries: readonly Canary[]): string[] {
  const sides = new Map<string, string[]>();
  for (const canary of canaries.filter(isWarning)) {
    const { what, todo } = saidOfCanary(canary);
    const line = `${canary.collection}: ${canary.kind}: ${what}. ${todo}`;
    sides.set(line, [...(sides.get(line) ?? []), canary.side]);
  }
  return [...sides].map(([line, of]) => {
    const isBoth = of.includes('incumbent') && of.includes('candidate');
    return `warning: ${isBoth ? 'both sides' : of.join(', ')}, ${line}`;
  });
}

/** Whether a finding is one to warn of: another metric that orders alike is only kept on record. */
export function isWarning(canary: Canary): boolean {
  return canary.kind !== 'other-metric' || canary.isSameOrder !== true;
}

/** What was found, and what to do about it. */
export function saidOfCanary(canary: Canary): { readonly what: string; readonly todo: string } {
  switch (canary.kind) {
    case 'unindexed-rows':
      return {
        what: `${canary.indexedCount} of ${canary.count} rows are in the index`,
        todo: 'Wait until all are, lower the threshold of the index, or build it again',
      };
    case 'exact-for-index':
      return {
        what: `no row of ${canary.count} is in the ${canary.index} index: searches are exact`,
        todo: 'Lower the threshold of the index (indexing_threshold=1 of Qdrant, index.knn.advanced.approximate_threshold of OpenSearch), or take a corpus as large as the one in use',
      };
    case 'sequential-scan':
      return {
        what: `the plan is ${canary.plan}, and not the ${canary.index} index`,
        todo: 'This is exact search: use seqscan=off (pgvector), an index of the column itself and of the distance that is asked, or exact=true if it is meant',
      };
    case 'quantised':
      return {
        what: `vectors are stored as ${canary.quantisation}, which nobody asked for`,
        todo: 'Say so in the URL if it is meant (the page of the backend names the parameter), or make the collection without it',
      };
    case 'other-metric':
      return {
        what: `the index ranks by ${canary.distance}, and the truth of this run by ${canary.metric}`,
        todo: 'The order is the same only where all vectors are equally long: make the index by the metric that is meant, or declare it (searchUses.metric, or "metric" in the manifest of the corpus)',
      };
    case 'page-limit':
      return {
        what: `${counted(canary.got, 'row')} for k = ${canary.asked}`,
        todo: 'Raise the size of a page, or the effort where that bounds the rows (hnsw.ef_search of pgvector), ask for a smaller k, or lower a threshold of scores; or documents are missing, which the census names',
      };
    case 'short-filtered-list':
      return {
        what: `${canary.got} of ${canary.asked} rows by a filter on ${canary.field} that ${counted(canary.matching, 'document matches', 'documents match')}`,
        todo:
          canary.got === 0
            ? 'Is the field stored there, and can one filter by it? Else the filter is applied after the search: raise the effort'
            : 'The filter is applied after the search: raise the effort, or use iterative scans (iterative_scan=strict_order of pgvector); or documents are missing, which the census names',
      };
    case 'latency-floor':
      return saidOfFloor(canary);
    case 'visible-lag':
      return {
        what: `all documents could be counted ${(canary.lagMs / 1000).toFixed(1)} s after the last answer`,
        todo: 'Writes are seen late here: wait as long after every change before you compare',
      };
    case 'cut-texts':
      return {
        what: `a text of ${canary.length} characters has the vector of its first ${canary.cutTo}`,
        todo: 'Cut documents into smaller ones, or use a model that takes longer texts',
      };
  }
}

function saidOfFloor({ floorMs, healthMs }: Extract<Canary, { readonly kind: 'latency-floor' }>) {
  const what = `no small answer came in less than ${floorMs.toFixed(0)} ms`;
  // A stack that holds answers back holds back those of health as well.
  const isStack = healthMs === null || healthMs >= floorMs / 2;
  if (isStack) {
    return {
      what,
      todo: 'Set TCP_NODELAY at the server or the proxy before it: latencies are those of the network stack',
    };
  }
  return {
    what: `${what}, and health in ${healthMs.toFixed(0)} ms`,
    todo: 'This may be the work of a search (a text that is embedded). If it is not, set TCP_NODELAY between the server and what it asks',
  };
}
