import { driftRows, type FigureDrift } from './drift.ts';
import type { ReadEntry } from './entry.ts';
import { entriesOfLineage } from './lineage.ts';

/** What is to be compared with the log. */
export interface ComparisonRequest {
  readonly entries: readonly ReadEntry[];
  readonly tool: string;
  /** The commit whose lineage is meant; null outside of a repository. */
  readonly gitCommit: string | null;
  /** Take all entries of the tool for one lineage. */
  readonly anyCommit: boolean;
  /** The figures; null: those of the last entry of the lineage, which is then compared with the ones before it. */
  readonly figures: ReadonlyMap<string, number | null> | null;
  /** Name of the run the figures are of; a run is never its own baseline. */
  readonly run: string | null;
}

/** Figures beside their baseline. */
export interface BaselineComparison {
  /** The entry whose figures are looked at; null where they were handed in. */
  readonly entry: ReadEntry | null;
  /** The last entry of the lineage; null where there is none. */
  readonly baseline: ReadEntry | null;
  /** One row a figure; without a baseline they hold the current figures alone. */
  readonly rows: readonly FigureDrift[];
  /** Abbreviated commits that the tool has entries of, in the order of the log. */
  readonly knownCommits: readonly string[];
}

/** Finds the lineage of some figures and compares them with its last entry; null where there are no figures at all. */
export function compareWithBaseline(request: ComparisonRequest): BaselineComparison | null {
  const { entries, tool, gitCommit, anyCommit, figures, run } = request;
  const ofTool = entries.filter((entry) => entry.tool === tool);
  const lineage = onceEach(
    anyCommit ? ofTool : entriesOfLineage(ofTool, { tool, gitCommit }),
  ).filter((entry) => run === null || entry.run !== run);
  const entry = figures === null ? (lineage.at(-1) ?? null) : null;
  const current = figures ?? entry?.metrics ?? null;
  if (current === null) return null;
  const earlier = lineage.filter((other) => other !== entry);
  return {
    entry,
    baseline: earlier.at(-1) ?? null,
    rows: driftRows(current, earlier),
    knownCommits: [...new Set(ofTool.map((other) => shortCommit(other.gitCommit)))],
  };
}

/** Entries without those that repeat a run: one run is one observation, however often it was added. */
function onceEach(entries: readonly ReadEntry[]): ReadEntry[] {
  const last = new Map(entries.map((entry, at) => [entry.run, at]));
  return entries.filter(({ run }, at) => run === null || last.get(run) === at);
}

/** A commit as tables show it. */
export function shortCommit(gitCommit: string | null): string {
  return gitCommit?.slice(0, 7) ?? 'none';
}
