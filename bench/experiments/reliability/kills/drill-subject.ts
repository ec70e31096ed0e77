import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type DrillRecord, readDrill } from '../../../../src/demo/drill/results/rows.ts';
import { readAppendLog } from '../../../../src/record/append-log.ts';
import { complaint } from './left-behind.ts';
import type { Subject } from './subject.ts';

// Faults that are refused before anything is measured: a drill of two takes seconds.
const ARGV = [
  ...['drill', '--corpus', 'small', '--faults', 'malformed-json,nan-scores'],
  ...['--seed', '5', '--record', 'drill.jsonl'],
];
const ENDS = [0, 1];

/** `bench drill`: with `--resume` it has every run once, with the findings of a drill that nobody killed. */
export const drillSubject: Subject = {
  name: 'drill',
  goesOn: true,
  argv: ARGV,
  ends: ENDS,
  expected: async (cwd) => drilled(await recordOf(cwd)),
  goOn: async ({ cwd, run }, expected) => {
    const before = await recordOf(cwd);
    const again = await run(before === null ? ARGV : [...ARGV, '--resume']);
    if (!ENDS.includes(again.code ?? -1)) {
      return `--resume ended with ${again.code}: ${complaint(again.stderr)}`;
    }
    const after = await recordOf(cwd);
    const kept = before?.runs.every((one) =>
      after?.runs.some((two) => isDeepStrictEqual(one, two)),
    );
    if (kept === false) return 'a run on record was lost or changed';
    const found = drilled(after);
    return isDeepStrictEqual(found, expected)
      ? null
      : `other findings than without the kill: ${JSON.stringify(found)} for ${JSON.stringify(expected)}`;
  },
};

async function recordOf(cwd: string): Promise<DrillRecord | null> {
  return readDrill(await readAppendLog(join(cwd, 'drill.jsonl')));
}

/**
 * What was found, but for its times; the faults come in a drawn order. How many fields of the wire have changed is left
 * out: a fault that strikes one request of fifty strikes whichever comes then, and that depends on how fast each is.
 */
function drilled(record: DrillRecord | null): unknown {
  return record?.runs.map(({ key, planted, querySeed, steps }) => [
    key,
    planted,
    querySeed,
    steps.map(({ step, exitCode, verdict, failed }) => [
      step,
      exitCode,
      verdict,
      step === 'drift' ? failed.length > 0 : failed.map(({ check }) => check),
    ]),
  ]);
}
