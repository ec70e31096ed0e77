import { resolve } from 'node:path';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { encodeVerdict } from '../../src/gate/stored-verdict.ts';
import { encodeFindings } from '../../src/parity/stored-findings.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import type { RetrieveResult } from '../../src/retrieve/retrieve-result.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import type { Io } from '../io.ts';
import { openBackends } from '../open-backends.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { terminalProgress } from '../terminal-progress.ts';

interface RetrieveFlags extends ConfigFlags, OutputFlags {
  readonly resume?: string;
}

/** `bench retrieve`: the main job, from two backends to a verdict. */
export const retrieveCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(addConfigOptions(command))
    .option('--ingest <mode>', 'never, if-empty or always: fill the backends with the corpus')
    .option('--force', 'let --ingest always write into what is not empty')
    .option('--sequential', 'stop asking as soon as the gates on quality have decided')
    .option('--resume <run>', 'go on with a run that was interrupted or killed')
    .action(async (flags: RetrieveFlags) => {
      const { config, origins } = await configOf(flags, io);
      const progress = terminalProgress(io);
      try {
        const result = await retrieve(config, {
          signal: io.signal,
          progress,
          origins,
          openBackends: (...wanted) => {
            const isEmbedded = config.incumbent.url === null;
            progress.stage(isEmbedded ? 'starting the embedded pair' : 'connecting', 0);
            return openBackends(...wanted);
          },
          ...(flags.resume === undefined ? {} : { resume: resolve(io.cwd, flags.resume) }),
        });
        progress.end();
        if (result.verdict !== null) {
          const { runFolder: run, verdict, findings, report } = result;
          const figures = () => ({
            run,
            verdict: encodeVerdict(verdict),
            findings: encodeFindings(findings),
          });
          printReport(report, figures, flags, io);
        }
        printVerdict(result, io);
        done(result.exitCode);
      } finally {
        progress.end();
      }
    });
};

/** Says on stderr where the run lies and what it came to. */
export function printVerdict({ runFolder, verdict }: RetrieveResult, io: Io): void {
  if (runFolder === null) return;
  const before = verdict === null ? 'interrupted before anything was measured; ' : '';
  io.stderr(`bench: ${before}run folder ${runFolder}\n`);
  if (verdict !== null) io.stderr(`bench: ${verdict.state}: ${verdictSentence(verdict)}\n`);
}
