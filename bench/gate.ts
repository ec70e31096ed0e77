import { resolve } from 'node:path';
import { gateRun } from '../src/retrieve/gate-run.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from './config-options.ts';

/** `bench gate RUN`: judge a stored run again, under other margins where they are given. */
export const gateCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('gate'))
    .description('judge a stored run again under other margins')
    .argument('<run>', 'a run folder')
    .option('--json', 'print the verdict as JSON')
    .action(async (run: string, flags: ConfigFlags & { readonly json?: boolean }) => {
      const { config, origins } = await configOf(flags, io);
      const { verdict } = await gateRun(resolve(io.cwd, run), config, origins);
      if (flags.json === true) io.stdout(`${JSON.stringify(verdict)}\n`);
      else {
        io.stdout(`${verdict.verdict}: ${verdict.sentence}\n`);
        for (const gate of verdict.gates) {
          const where = gate.cell === 'all' ? '' : ` of ${gate.cell}`;
          const slice = gate.slice === null ? '' : ` in ${gate.slice}`;
          const advisory = gate.gated ? '' : ' (advisory)';
          io.stdout(
            `  ${gate.state.padEnd(12)} ${gate.name}${where}${slice}${advisory}: ${gate.reason}\n`,
          );
        }
        for (const line of verdict.notVerified) io.stdout(`  not verified: ${line}\n`);
      }
      done(verdict.exitCode);
    });
};
