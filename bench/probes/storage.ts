import type { DefineCommand } from '../command.ts';
import { addProbeOptions, type ProbeFlags, runProbe } from './probe-command.ts';

/** `bench storage`: whether both sides keep, list and refuse the same objects. */
export const storageCommand: DefineCommand = (command, io, done) => {
  addProbeOptions(command).action(async (flags: ProbeFlags) => {
    done((await runProbe({ probe: 'storage' }, flags, io)).exitCode);
  });
};
