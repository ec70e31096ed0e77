import { resolve } from 'node:path';
import { gapLine } from '../../src/gate/gap-text.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { encodeVerdict } from '../../src/gate/stored-verdict.ts';
import type { Verdict } from '../../src/gate/verdict.ts';
import { plainLine } from '../../src/plain-text.ts';
import { reportOf } from '../../src/report/blocks.ts';
import { gatesSection } from '../../src/report/sections/gates.ts';
import { sentence, toneOf } from '../../src/report/spans.ts';
import { gateRun } from '../../src/retrieve/gate-run.ts';
import type { DefineCommand } from '../command.ts';
import { addJudgeOptions, type ConfigFlags, configOf, requireGateKeys } from '../config-options.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, isInLines, type OutputFlags, printReport } from '../output.ts';
import { wrappedLine } from '../printing/wrapped-lines.ts';

/** `bench gate RUN`: judge a stored run again, under other margins where they are given. */
export const gateCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(addJudgeOptions(command))
    .argument('<run>', 'a run folder')
    .action(async (run: string, flags: ConfigFlags & OutputFlags) => {
      io.endsAtOnce?.();
      requireGateKeys(flags);
      const { config, origins } = await configOf(flags, io);
      const { verdict, reader } = await gateRun(resolve(io.cwd, run), config, origins);
      for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
      if (isInLines(flags)) printLines(verdict, io);
      else await printGates(verdict, flags, io);
      done(verdict.exitCode);
    });
};

/** A line a gate. */
function printLines(verdict: Verdict, io: Io): void {
  const tell = (line: string, indent = 2) => io.stdout(wrappedLine(plainLine(line), indent, io));
  const isPartial = verdict.notVerified.some(({ type }) => type === 'interrupted');
  const state = isPartial ? `${verdict.state}, partial (interrupted)` : verdict.state;
  tell(`${state}: ${verdictSentence(verdict)}`);
  for (const gate of verdict.gates) {
    const where = gate.cell === 'all' ? '' : ` of ${gate.cell}`;
    const slice = gate.slice === null ? '' : ` in ${gate.slice}`;
    const advisory = gate.gated ? '' : ' (advisory)';
    tell(`  ${gate.state.padEnd(12)} ${gate.name}${where}${slice}${advisory}: ${gate.reason}`, 15);
  }
  for (const gap of verdict.notVerified) tell(`  not verified: ${gapLine(gap)}`, 4);
}

async function printGates(verdict: Verdict, flags: OutputFlags, io: Io): Promise<void> {
  const { state } = verdict;
  const said = sentence(verdictSentence(verdict));
  const report = reportOf([gatesSection(verdict)], {
    title: 'Gates',
    verdict: { state, tone: toneOf(state), sentence: said },
  });
  const figures = () => encodeVerdict(verdict);
  await printReport({ screen: null, report, figures }, flags, io);
}
