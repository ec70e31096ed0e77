import type { Config, Origins } from '../config/resolve.ts';
import { loadCorpus } from '../corpus/load.ts';
import { marginProblems } from '../gate/margin-check.ts';
import { gatesOver } from '../gate/margins.ts';
import { openRun } from '../record/run/open-run.ts';
import { type JudgedRun, judgeReader } from './judge-run.ts';
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
  const reader = await openRun(folder);
  const corpus = await loadCorpus(await reader.corpusFolder());
  const gates = gatesOver(corpus, config.gates, { origins, truth });
  const judged = await judgeReader(reader, isGiven ? { gates } : {});
  const problem = marginProblems(
    numbersOfFindings(judged.findings, judged.verdict.look ?? null),
    gates,
    origins,
    false,
  )[0];
  if (problem !== undefined) throw problem;
  return judged;
}
