import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { EXIT } from '../../../src/errors.ts';
import { mapConcurrently } from '../../../src/observe/ask.ts';
import { readOrNull } from '../../../src/record/files/read-or-null.ts';
import { writeWhole } from '../../../src/record/files/write-whole.ts';
import { renderTerminal } from '../../../src/report/render/terminal.ts';
import { knownNames, scriptFlags, wholeNumber } from '../script-flags.ts';
import { scratchFolder } from '../size/scratch.ts';
import { provenance } from '../support.ts';
import { toldToEnd } from './endings.ts';
import type { ExperimentResult } from './experiment.ts';
import { EXPERIMENTS } from './experiments.ts';
import { closingLine, merged, type Part, partsOf } from './parts.ts';
import { type Reliability, type ReliabilityRow, reliabilitySchema, renewed } from './record.ts';
import { reliabilityReport } from './reliability-report.ts';
import { runPart } from './run-part.ts';

// Mistreats the suite in every way of the list, prints what survived, and fails where anything did not.
const { values } = scriptFlags({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    tries: { type: 'string' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
    lanes: { type: 'string', default: String(availableParallelism()) },
  },
});
const OUT = join('results', 'reliability', 'reliability.json');
// The short form publishes nothing unless it is asked to.
const out = values.out ?? (values.short || values.tries !== undefined ? null : OUT);
const seed = wholeNumber('seed', values.seed, 0);
const lanes = wholeNumber('lanes', values.lanes);
const tries = values.tries === undefined ? null : wholeNumber('tries', values.tries);
const known = EXPERIMENTS.map(({ name }) => name);
const only = knownNames('only', values.only, known);
const chosen = EXPERIMENTS.filter(({ name }) => only.includes(name));
const interrupt = toldToEnd();

interface Ran {
  readonly name: string;
  readonly seconds: number;
  readonly result: ExperimentResult;
}

/** Null where it was interrupted. */
async function ran(part: Part): Promise<Ran | null> {
  const { name } = part;
  const started = performance.now();
  process.stderr.write(`${name}: ${part.tries} tries from seed ${part.seed} on …\n`);
  const result = await runPart(part, interrupt);
  const seconds = Math.round((performance.now() - started) / 1000);
  if (interrupt.aborted) return null;
  process.stderr.write(`${name}: ${result.survived} of ${result.tries} survived, ${seconds} s\n`);
  for (const { seed: own, what } of result.failures) {
    process.stderr.write(`  ${name} --seed ${own} --tries 1: ${what}\n`);
  }
  return { name, seconds, result };
}

// A thousand processes of the suite are started: what one has compiled the next one need not.
await using compiled = await scratchFolder('reliability-compiled');
process.env.NODE_COMPILE_CACHE = compiled.path;

const parts = chosen.flatMap((experiment) =>
  partsOf(experiment, tries ?? experiment.count[values.short ? 'short' : 'full'], seed),
);
const all = (await mapConcurrently(parts, lanes, interrupt, ran)).filter((one) => one !== null);
const own = provenance().trim();
// Of an interrupted series the parts that had ended count.
const rows = chosen.flatMap((experiment): ReliabilityRow[] => {
  const ofIt = all.filter(({ name }) => name === experiment.name);
  if (ofIt.length === 0) return [];
  const { failures, ...counts } = merged(ofIt.map(({ result }) => result));
  const seconds = ofIt.reduce((sum, one) => sum + one.seconds, 0);
  return [
    {
      ...{ name: experiment.name, what: experiment.tries, seed, seconds, provenance: own },
      ...counts,
      failures: [...failures],
    },
  ];
});
const reliability: Reliability = {
  schema: 'retrieval-parity/reliability@2',
  experiments: rows,
};
process.stdout.write(renderTerminal(reliabilityReport(reliability)));
if (out !== null && rows.length > 0) {
  const stored = await readOrNull(out);
  const older =
    stored === null ? [] : reliabilitySchema.parse(JSON.parse(stored.toString('utf8'))).experiments;
  const whole = { ...reliability, experiments: renewed(older, rows, known) };
  await mkdir(dirname(out), { recursive: true });
  await writeWhole(out, Buffer.from(`${JSON.stringify(whole, null, 2)}\n`));
  process.stderr.write(`written to ${out}; bench documents --write renews docs/reliability.md\n`);
}
process.stdout.write(`${closingLine(rows)}\n`);
if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1;
else if (interrupt.aborted) process.exitCode = EXIT.interrupted;
