import { fillBackends } from '../../src/sweep/job/ingest.ts';
import { fillReport } from '../../src/sweep/report/fill-report.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { addBackendOptions, type BackendFlags, variedOf } from './backend-flags.ts';

interface IngestFlags extends ConfigFlags, OutputFlags, BackendFlags {}

/** `bench ingest`: the corpus into backends, and nothing else. */
export const ingestCommand: DefineCommand = (command, io, done) => {
  addBackendOptions(addOutputOptions(addConfigOptions(command))).action(
    async (flags: IngestFlags) => {
      const { config } = await configOf(flags, io);
      const progress = terminalProgress(io);
      try {
        const { filled, status, exitCode } = await fillBackends(config, {
          backends: flags.backend ?? [],
          vary: variedOf(flags.vary),
          cwd: io.cwd,
          signal: io.signal,
          progress,
        });
        progress.end();
        const figures = () => ({ status, filled });
        await printReport({ screen: null, report: fillReport(filled), figures }, flags, io);
        done(exitCode);
      } finally {
        progress.end();
      }
    },
  );
};
