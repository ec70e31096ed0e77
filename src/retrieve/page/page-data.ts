import { documentIndex } from '../../corpus/document-index.ts';
import { textsOf } from '../../corpus/document-key.ts';
import type { HarnessFloor } from '../../observe/floor/harness-floor.ts';
import type { ParityInput } from '../../parity/inputs.ts';
import type { Cell } from '../../record/types.ts';
import type { HarnessSample, LatencySample, PageData } from '../../report/page/page-data.ts';
import { quantileInverseCdfOfSorted } from '../../stats/quantiles.ts';
import type { AttributedCells } from '../derive/run-attribution.ts';
import { embeddingDistances } from './exact-cosines.ts';
import { pageCell } from './page-cell.ts';

/** Points of a latency curve: more cannot be seen. */
const CURVE_POINTS = 200;

/** What single queries and distributions are made from. */
export interface PageSource {
  readonly input: ParityInput;
  readonly attributed: AttributedCells;
  /** Null where it was not measured. */
  readonly floor: HarnessFloor | null;
}

/** Everything a page shows of a run beside its findings. */
export function pageData({ input, attributed, floor }: PageSource): PageData {
  const index = documentIndex(input.collections);
  const cells = input.cells.map(({ cell }) =>
    pageCell(input, { cell, index, attributed: attributed.get(cell) ?? null }),
  );
  const moved = new Set(
    cells.flatMap(({ queries }) =>
      queries.flatMap(({ documents }) =>
        documents.flatMap((at) => (at.rankIncumbent === at.rankCandidate ? [] : [at.key])),
      ),
    ),
  );
  return {
    cells,
    texts: new Map(
      textsOf(input.collections).flatMap(({ id, text }): [string, string][] =>
        moved.has(id) ? [[id, text]] : [],
      ),
    ),
    latency: cells.flatMap(({ cell }) => latencySamples(cell, input)),
    harness: floor === null ? null : harnessSample(floor),
    embeddingDistances: embeddingDistances(input),
  };
}

function latencySamples(cell: Cell, { observations }: ParityInput): LatencySample[] {
  const rows = observations.filter((row) => row.phase === 'latency' && row.cell === cell);
  return (['incumbent', 'candidate'] as const).flatMap((side): LatencySample[] => {
    const own = rows.filter(({ arm }) => (arm === 'A' || arm === 'A2') === (side === 'incumbent'));
    const answered = own
      .flatMap(({ outcome, latencyMs }) => (outcome === 'ok' ? [latencyMs] : []))
      .sort((a, b) => a - b);
    if (answered.length === 0) return [];
    const count = Math.min(CURVE_POINTS, answered.length);
    const points = Array.from({ length: count }, (_, at): readonly [number, number] => {
      const rank = Math.ceil(((at + 1) / count) * answered.length);
      // Requests without an answer keep the curve below 1.
      return [answered[rank - 1] ?? 0, rank / own.length];
    });
    return [{ cell, side, requests: own.length, points }];
  });
}

function harnessSample({ latenciesMs }: HarnessFloor): HarnessSample | null {
  const ascending = latenciesMs.toSorted((a, b) => a - b);
  const [p50Ms, p95Ms] = [0.5, 0.95].map((q) => quantileInverseCdfOfSorted(ascending, q));
  return p50Ms == null || p95Ms == null ? null : { requests: ascending.length, p50Ms, p95Ms };
}
