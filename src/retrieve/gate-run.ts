import type { Config, Origins } from '../config/resolve.ts';
import type { Corpus } from '../corpus/types.ts';
import { marginProblems } from '../gate/margin-check.ts';
import { gatesOver } from '../gate/margins.ts';
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
  config: Pick<Config, 'gates' | 'truth'>,
  origins: Origins,
): Promise<JudgedRun> {
  const isGiven = [...origins].some(
    ([key, origin]) => key.startsWith('gates.') && origin !== 'default',
  );
  const { truth } = config;
  const gatesOf = (corpus: Corpus) => gatesOver(corpus, config.gates, { origins, truth });
  const judged = await judgeRun(folder, isGiven ? { gates: gatesOf } : {});
  const problem = marginProblems(
    numbersOfFindings(judged.findings, judged.verdict.look ?? null),
    gatesOf(judged.corpus),
    origins,
    false,
  )[0];
  if (problem !== undefined) throw problem;
  return judged;
}
