import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderMarkdown } from '../../../src/report/render/markdown.ts';
import { scriptFlags, wholeNumber } from '../script-flags.ts';
import { alwaysAnswering, type GatesUnderTest, THE_GATES } from './gates.ts';
import { contrasts, type Requirement, requirements } from './requirements.ts';
import { type SimulatedRow, type Simulation, simulateRow } from './simulate.ts';
import { simulationReport } from './simulation-report.ts';
import { verdictContrasts, verdictRequirements } from './verdict-requirements.ts';

// The long form of the simulation: writes gates.json and gates.md, exit 1 where a requirement is missed.
const { values } = scriptFlags({
  options: {
    quality: { type: 'string', default: '10000' },
    latency: { type: 'string', default: '2000' },
    verdict: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'results/simulation' },
  },
});
const seed = wholeNumber('seed', values.seed, 0);
const repetitions = {
  quality: wholeNumber('quality', values.quality),
  latency: wholeNumber('latency', values.latency),
  verdict: wholeNumber('verdict', values.verdict),
};
/** Gates that need no judgement need few repetitions to show what they are. */
const FEW = 100;

function simulate(
  rows: readonly Requirement[],
  gates: GatesUnderTest,
  most: number,
): SimulatedRow[] {
  return rows.map((row) => {
    const started = performance.now();
    const result = simulateRow(row, gates, Math.min(most, repetitions[row.kind]), seed);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stderr.write(
      `${gates.name}: ${row.group}, ${row.name}, ${row.size}: ${row.event} ${result.count} of ${result.repetitions}${result.met === false ? ' MISSED' : ''} (${seconds} s)\n`,
    );
    return result;
  });
}

const simulation: Simulation = {
  schema: 'retrieval-parity/gate-simulation@1',
  seed,
  gates: [THE_GATES, alwaysAnswering('inconclusive'), alwaysAnswering('pass')].map(
    (gates, index) => ({
      name: gates.name,
      rows: simulate(
        [...requirements(), ...verdictRequirements()],
        gates,
        index === 0 ? Number.POSITIVE_INFINITY : FEW,
      ),
    }),
  ),
  contrasts: simulate([...contrasts(), ...verdictContrasts()], THE_GATES, Number.POSITIVE_INFINITY),
};
await mkdir(values.out, { recursive: true });
await writeFile(join(values.out, 'gates.json'), `${JSON.stringify(simulation, null, 1)}\n`);
const table = renderMarkdown(simulationReport(simulation));
await writeFile(join(values.out, 'gates.md'), table);
process.stdout.write(table);
process.exitCode = simulation.gates[0]?.rows.every(({ met }) => met === true) === true ? 0 : 1;
