import { UsageError } from '../../src/errors.ts';
import { recallAt } from '../../src/metrics/metric.ts';
import { encodeMetrics } from '../../src/parity/stored-findings.ts';
import { compareScreen } from '../../src/report/screen/compare-screen.ts';
import { compareStoredRuns } from '../../src/retrieve/compare-stored-runs.ts';
import type { DefineCommand } from '../command.ts';
import { addJudgeOptions, type ConfigFlags, configOf, requireGateKeys } from '../config-options.ts';
import { runFolderOf } from '../logs/baseline/bless.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { programOf } from '../screen-options.ts';

interface CompareFlags extends ConfigFlags, OutputFlags {
  readonly gate?: boolean;
  readonly top: string;
}

/** `bench compare RUN RUN`: what has changed between two stored runs, paired where their queries match. */
export const compareCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(addJudgeOptions(command))
    .argument('<first>', 'a run folder, or blessed: the one that bench baseline bless named')
    .argument('<second>', 'a later run folder')
    .option('--gate', 'judge the change of the candidate: exit 1 where it is worse by a margin')
    .option('-n, --top <n>', 'queries to list', '20')
    .action(async (firstFolder: string, secondFolder: string, flags: CompareFlags) => {
      io.endsAtOnce?.();
      const top = Number(flags.top);
      if (!Number.isInteger(top) || top < 0) {
        throw new UsageError('compare-top', `--top: ${JSON.stringify(flags.top)} is no count`, {
          hint: 'for example --top 50',
        });
      }
      requireGateKeys(flags);
      const { config } = await configOf(flags, io);
      const compared = await compareStoredRuns(
        await runFolderOf(firstFolder, io),
        await runFolderOf(secondFolder, io),
        { top, ...(flags.gate === true ? { gates: config.gates } : {}) },
      );
      for (const issue of compared.issues) io.stderr(`bench: ${issue}\n`);
      const { comparison, gates, report, k } = compared;
      await printReport(
        {
          screen: compareScreen({
            comparison,
            gates,
            listed: recallAt(k),
            run: secondFolder,
            program: programOf(io),
          }),
          report,
          figures: () => ({
            ...comparison,
            metrics: encodeMetrics(comparison.metrics),
            queries: encodeMetrics(comparison.queries),
            gates,
          }),
        },
        flags,
        io,
      );
      done(compared.exitCode);
    });
};
