import type { ProbeFindings } from '../src/probes/find/findings.ts';
import { storageFindings } from '../src/probes/find/storage.ts';
import {
  carryOutProbe,
  type ProbeTask,
  printResult,
  withSession,
} from '../src/probes/job/session.ts';
import { observeStorage } from '../src/probes/observe/storage.ts';
import type { StorageRecord } from '../src/probes/record/services.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags } from './config-options.ts';

/** The storage probe as a task. */
export const storageTask: ProbeTask<ProbeFindings> = {
  endpoint: 'storage',
  observe: ({ backends, io }) =>
    observeStorage(backends, {
      signal: io.signal,
      onLeftBehind: (keys) => {
        io.stderr(`bench: could not remove ${keys.join(', ')}\n`);
      },
    }),
  findings: storageFindings,
  inputs: ({ steps }: StorageRecord) => steps,
};

/** `bench storage`: whether both sides keep, list and refuse the same objects. */
export const storageCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('storage'))
    .description('compare the object storage of two backends, in a namespace that is removed again')
    .option('--json', 'print findings and verdict as JSON')
    .action(async (flags: ConfigFlags & { readonly json?: boolean }) => {
      const code = await withSession(flags, io, {}, async (session) => {
        const result = await carryOutProbe(storageTask, session);
        printResult(result, flags.json === true, io);
        return result.verdict.exitCode;
      });
      done(code);
    });
};
