import type { Config, Origins } from '../config/resolve.ts';
import { marginProblems } from '../gate/margin-check.ts';
import { type JudgedRun, judgeRun } from './judge-run.ts';
import { numbersOfFindings } from './measure/asked-numbers.ts';

/**
 * Judges a stored run again: under the margins of the configuration where it says any, else under those
 * that the run was made with.
 * @param origins where each value of the configuration came from
 * @throws UsageError where the folder is no finished run, or a margin can never be shown by its needs.
 */
export async function gateRun(
  folder: string,
  { gates }: Pick<Config, 'gates'>,
  origins: Origins,
): Promise<JudgedRun> {
  const isGiven = [...origins].some(
    ([key, origin]) => key.startsWith('gates.') && origin !== 'default',
  );
  const judged = await judgeRun(folder, isGiven ? { gates } : {});
  const problem = marginProblems(
    numbersOfFindings(judged.findings, judged.verdict.look ?? null),
    gates,
    origins,
    false,
  )[0];
  if (problem !== undefined) throw problem;
  return judged;
}
