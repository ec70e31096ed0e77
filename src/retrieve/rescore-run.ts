import { EXIT, type ExitCode } from '../errors.ts';
import { renderMarkdown } from '../report/render/markdown.ts';
import { type JudgedRun, judgeRun } from './judge-run.ts';

/** A stored run, derived again and held against what was stored. */
export interface RescoredRun extends JudgedRun {
  /** Whether the tables equal the stored ones to the byte; null where there is nothing to hold them against. */
  readonly equal: boolean | null;
  /** 1 where they differ, else 0, whatever the verdict. */
  readonly exitCode: ExitCode;
}

/**
 * Derives every figure of a stored run again from its observations alone. With `swap` the sides are
 * exchanged while the truth is held fixed, so there are no stored tables to hold it against.
 * @throws UsageError where the folder is no finished run or is damaged.
 */
export async function rescoreRun(
  folder: string,
  options: { readonly swap?: boolean } = {},
): Promise<RescoredRun> {
  const judged = await judgeRun(folder, options);
  const { reader, report } = judged;
  const isComparable = options.swap !== true && reader.has('report.md');
  const equal = isComparable ? (await reader.text('report.md')) === renderMarkdown(report) : null;
  return { ...judged, equal, exitCode: equal === false ? EXIT.fail : EXIT.pass };
}
