import type { DefineCommand } from '../command.ts';
import { addProbeOptions, type ProbeFlags, runProbe } from './probe-command.ts';

/** `bench search`: whether both sides find the nearest documents of one index, by text and by vector. */
export const searchCommand: DefineCommand = (command, io, done) => {
  addProbeOptions(command).action(async (flags: ProbeFlags) => {
    done((await runProbe({ probe: 'search' }, flags, io)).exitCode);
  });
};
