import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunKind } from '../../src/record/run/manifest.ts';
import { createRun } from '../../src/record/run/run-folder.ts';
import { runMain } from '../golden/run-main.ts';
import { manifestInput, temporaryFolder } from '../record/fixtures.ts';

/** A sound run of a kind, as far as its manifest and its verdict tell. */
async function runOf(kind: RunKind, cwd: string): Promise<void> {
  const writer = await createRun({ parentFolder: cwd, id: 'run' });
  await writer.describe(manifestInput({ kind }));
  // Runs of some kinds have findings and verdicts of this version too, of another form.
  await writer.writeJson('findings.json', { schema: 1 });
  await writer.writeJson('verdict.json', { schema: 1, verdict: 'pass', gates: [] });
  await writer.finish(manifestInput({ kind, ...(kind === 'drift' ? { corpus: null } : {}) }));
}

test.each([
  ['drift', 'bench drift'],
  ['load', 'bench load'],
  ['candidates', 'several candidates (bench retrieve --also)'],
  ['probe', 'a probe (bench all and the commands of probes)'],
  ['capture', 'bench capture'],
  ['replay', 'bench replay'],
  ['baseline', 'a captured baseline (bench retrieve --baseline)'],
] as const)(
  'a run of %s is refused by what it is where one of retrieve is wanted',
  async (kind, by) => {
    const cwd = await temporaryFolder();
    await runOf(kind, cwd);
    for (const argv of [
      ['ledger', 'add', 'run'],
      ['baseline', 'add', 'run'],
      ['baseline', 'bless', 'run'],
      ['gate', 'run'],
      ['explain', 'run'],
      ['compare', 'run', 'run'],
      ['export', '--trec', 'run', '--out', 'trec'],
      ['plan', '--pilot', 'run'],
    ]) {
      const { code, err } = await runMain(argv, { cwd });
      expect([argv, code, err]).toEqual([
        argv,
        2,
        expect.stringContaining(`${join(cwd, 'run')} is a run of ${by}, not of retrieve`),
      ]);
      expect(err).toContain('hint: name a run folder of bench retrieve');
    }
  },
);
