import { readStatements } from '../../src/probes/job/statements.ts';
import type { DefineCommand } from '../command.ts';
import { addProbeOptions, type ProbeFlags, runProbe } from './probe-command.ts';

interface SqlFlags extends ProbeFlags {
  readonly statements?: string;
  readonly allowWrites?: boolean;
}

/** `bench sql`: whether both sides answer the same statements with the same rows. */
export const sqlCommand: DefineCommand = (command, io, done) => {
  addProbeOptions(command)
    .option('--statements <file>', 'JSON lines (default: forty statements over the workers)')
    .option('--allow-writes', 'also send statements that may change something')
    .action(async (flags: SqlFlags) => {
      const allowWrites = flags.allowWrites === true;
      const statements = await readStatements(flags.statements, io.cwd, allowWrites);
      const requested = { probe: 'sql', statements } as const;
      done((await runProbe(requested, flags, io, { allowWrites })).exitCode);
    });
};
