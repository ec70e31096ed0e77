import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags } from '../config-options.ts';
import { runProbe } from './probe-command.ts';

/** `bench storage`: whether both sides keep, list and refuse the same objects. */
export const storageCommand: DefineCommand = (command, io, done) => {
  addConfigOptions(command)
    .option('--json', 'print findings and verdict as JSON')
    .action(async (flags: ConfigFlags & { readonly json?: boolean }) => {
      const { json } = flags;
      done((await runProbe({ probe: 'storage' }, flags, io, { json })).exitCode);
    });
};
