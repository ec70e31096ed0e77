import { documentsHash } from '../../corpus/hash.ts';
import { UsageError } from '../../errors.ts';
import { metricLabel } from '../../metrics/metric.ts';
import { lostDocuments } from '../../parity/census.ts';
import type { CellFinding, Findings, LatencyFinding } from '../../parity/findings.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { readStoredRun } from '../record/stored-run.ts';

/** Figures by dotted name; null where a figure is undefined. */
type Figures = Record<string, number | null>;

/**
 * The figures of a stored run that are kept as a baseline, with the hash of its documents.
 * @throws UsageError where the run did not come to its end
 */
export async function figuresOfRun(
  run: RunReader,
): Promise<{ metrics: Readonly<Figures>; corpusSha256: string | null }> {
  const { findings, manifest } = await readStoredRun(run);
  if (manifest.status !== 'complete') {
    throw new UsageError('figures-partial', `${run.folder}: the run is not complete`, {
      hint: 'go on with it: bench retrieve --resume RUN; figures of a part say nothing of the whole',
    });
  }
  return {
    metrics: figuresOfFindings(findings),
    corpusSha256: documentsHash(manifest.corpus.hashes.documents),
  };
}

/** Names such as `search.candidate.recall@10`, `retrieve.ratio.p95` and `embedding.cosine_min`. */
export function figuresOfFindings(findings: Findings): Figures {
  const figures: Figures = {
    needs: findings.corpus.needs,
    'embedding.cosine_min': findings.embedding.cosineMin,
    'embedding.cosine_mean': findings.embedding.cosineMean,
    'embedding.norm_ratio_median': findings.embedding.normRatioMedian,
    'errors.incumbent': rate(findings.errors.incumbentFailed, findings.errors.pairs),
    'errors.candidate': rate(findings.errors.candidateFailed, findings.errors.pairs),
  };
  for (const side of findings.census) {
    figures[`census.${side.side}.lost`] = lostDocuments(side).length;
  }
  for (const cell of findings.cells) Object.assign(figures, cellFigures(cell));
  for (const entry of findings.latency) Object.assign(figures, latencyFigures(entry));
  for (const { cell, side, medianPerSecond } of findings.throughput) {
    figures[`${cell}.${side}.requests_per_second`] = medianPerSecond;
  }
  return figures;
}

function cellFigures({ cell, quality, agreement }: CellFinding): Figures {
  const figures: Figures = {};
  for (const { metric, incumbent, candidate, delta } of quality) {
    // Spaces would have to be quoted on every command line that names the figure.
    const name = metricLabel(metric).replaceAll(' ', '_');
    figures[`${cell}.incumbent.${name}`] = incumbent.mean;
    figures[`${cell}.candidate.${name}`] = candidate.mean;
    figures[`${cell}.delta.${name}`] = delta.mean;
  }
  const across = agreement.find(({ pair }) => pair === 'A·B');
  figures[`${cell}.overlap`] = across?.overlap ?? null;
  figures[`${cell}.rbo`] = across?.rbo ?? null;
  figures[`${cell}.top1`] = across?.top1.rate ?? null;
  return figures;
}

function latencyFigures({
  cell,
  quantile,
  incumbentMs,
  candidateMs,
  ratio,
}: LatencyFinding): Figures {
  return {
    [`${cell}.incumbent.${quantile}_ms`]: incumbentMs,
    [`${cell}.candidate.${quantile}_ms`]: candidateMs,
    [`${cell}.ratio.${quantile}`]: ratio,
  };
}

function rate(count: number, of: number): number | null {
  return of === 0 ? null : count / of;
}
