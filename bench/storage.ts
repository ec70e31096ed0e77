import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags } from './config-options.ts';
import { runProbe } from './probe-command.ts';

/** `bench storage`: whether both sides keep, list and refuse the same objects. */
export const storageCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('storage'))
    .description('compare the object storage of two backends, in a namespace that is removed again')
    .option('--json', 'print findings and verdict as JSON')
    .action(async (flags: ConfigFlags & { readonly json?: boolean }) => {
      const { json } = flags;
      done((await runProbe({ probe: 'storage' }, flags, io, { json })).exitCode);
    });
};
