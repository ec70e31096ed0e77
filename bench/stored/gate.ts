import { resolve } from 'node:path';
import { gapLine } from '../../src/gate/gap-text.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { encodeVerdict } from '../../src/gate/stored-verdict.ts';
import { plainJson, plainLine } from '../../src/plain-text.ts';
import { gateRun } from '../../src/retrieve/gate-run.ts';
import type { DefineCommand } from '../command.ts';
import { addJudgeOptions, type ConfigFlags, configOf, requireGateKeys } from '../config-options.ts';

/** `bench gate RUN`: judge a stored run again, under other margins where they are given. */
export const gateCommand: DefineCommand = (command, io, done) => {
  addJudgeOptions(command)
    .argument('<run>', 'a run folder')
    .option('--json', 'print the verdict as JSON')
    .action(async (run: string, flags: ConfigFlags & { readonly json?: boolean }) => {
      requireGateKeys(flags);
      const { config, origins } = await configOf(flags, io);
      const { verdict, reader } = await gateRun(resolve(io.cwd, run), config, origins);
      for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
      if (flags.json === true) io.stdout(`${plainJson(encodeVerdict(verdict))}\n`);
      else {
        const tell = (line: string) => io.stdout(`${plainLine(line)}\n`);
        tell(`${verdict.state}: ${verdictSentence(verdict)}`);
        for (const gate of verdict.gates) {
          const where = gate.cell === 'all' ? '' : ` of ${gate.cell}`;
          const slice = gate.slice === null ? '' : ` in ${gate.slice}`;
          const advisory = gate.gated ? '' : ' (advisory)';
          tell(
            `  ${gate.state.padEnd(12)} ${gate.name}${where}${slice}${advisory}: ${gate.reason}`,
          );
        }
        for (const gap of verdict.notVerified) tell(`  not verified: ${gapLine(gap)}`);
      }
      done(verdict.exitCode);
    });
};
