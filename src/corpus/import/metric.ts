import type { CorpusMetric } from '../types.ts';
import { importProblem } from './problem.ts';
import type { ImportFile } from './sources/found.ts';

/** Names of metrics in files and on command lines, in lower case; null for those that are known and not measured. */
const METRICS: ReadonlyMap<string, CorpusMetric | null> = new Map([
  ['angular', 'cosine'],
  ['cosine', 'cosine'],
  ['cos', 'cosine'],
  ['euclidean', 'euclidean'],
  ['l2', 'euclidean'],
  ['dot', 'dot'],
  ['ip', 'dot'],
  ['inner_product', 'dot'],
  ['innerproduct', 'dot'],
  ['dotproduct', 'dot'],
  ['dot_product', 'dot'],
  ['mips', 'dot'],
  ['hamming', null],
  ['jaccard', null],
  ['manhattan', null],
  ['l1', null],
  ['chebyshev', null],
]);

/** Whether a word is the name of a metric, measured here or not. */
export function isMetricName(word: string): boolean {
  return METRICS.has(plain(word));
}

/**
 * The metric that the files of an import name; null where none does.
 * @throws UsageError for one that is not measured or not known, and for files that name different ones
 */
export function namedMetric(files: readonly ImportFile[]): CorpusMetric | null {
  const found = new Map<CorpusMetric, string>();
  for (const { file, metric } of files) {
    if (metric !== null) found.set(metricNamed(metric, file.path), file.path);
  }
  const [[first, of] = [null, ''], second] = [...found];
  if (second === undefined) return first;
  throw importProblem(
    'metric',
    second[1],
    `its distances are ${second[0]}, those of ${of} are ${first}`,
    'import files of one metric together, or name it with --metric',
  );
}

function metricNamed(name: string, path: string): CorpusMetric {
  const metric = METRICS.get(plain(name));
  if (metric !== undefined && metric !== null) return metric;
  throw importProblem(
    'metric',
    path,
    `its distances are ${JSON.stringify(name.slice(0, 40))}, which is not measured here`,
    plain(name) === 'hamming'
      ? 'cosine, dot and euclidean are; vectors of zeros and ones are ranked by euclidean as by hamming: --metric euclidean'
      : 'cosine, dot and euclidean are; where the vectors are meant for one of them, name it with --metric',
  );
}

function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
}
