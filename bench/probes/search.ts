import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags } from '../config-options.ts';
import { runProbe } from './probe-command.ts';

/** `bench search`: whether both sides find the nearest documents of one index, by text and by vector. */
export const searchCommand: DefineCommand = (command, io, done) => {
  addConfigOptions(command)
    .option('--json', 'print findings and verdict as JSON, a line for each path')
    .action(async (flags: ConfigFlags & { readonly json?: boolean }) => {
      const { json } = flags;
      done((await runProbe({ probe: 'search' }, flags, io, { json })).exitCode);
    });
};
