import { SHADOW_DEFAULTS } from '../../../src/shadow/job/shadow-config.ts';
import { wholeNumbers } from '../script-flags.ts';
import { type Check, runScript, table } from '../support.ts';
import { startLivePair } from './live-traffic.ts';

const FAULTS = ['drop', 'stale-text', 'low-ef', 'filter-ignored', 'cached-answer', 'slow-tail'];
const { margins } = SHADOW_DEFAULTS.plan;
/** A graph of 200 documents that is searched too narrowly loses next to nothing. */
const WORKERS: Readonly<Record<string, number>> = { 'low-ef': 3000 };

const { requests, shadows, each } = wholeNumbers({ requests: 5000, shadows: 50, each: 5000 });

await runScript(
  'What a shadow notices from traffic alone',
  async (print) => {
    const rows: string[][] = [['fault', 'answer', 'claim', 'requests', 'needs']];
    const checks: Check[] = [];
    for (const fault of FAULTS) {
      const pair = await startLivePair(fault, WORKERS[fault]);
      try {
        const found = await pair.run(requests, 1, { margins });
        rows.push([
          fault,
          found.state,
          found.claim ?? '–',
          String(found.mirrored),
          String(found.needs),
        ]);
        checks.push({
          what: fault,
          value: found.claim === null ? found.state : `${found.claim}, ${found.mirrored} requests`,
          bound: 'noticed',
          holds: found.state === 'fail',
        });
      } finally {
        await pair.stop();
      }
    }
    print(
      `The embedded pair over 200 workers (3,000 for low-ef), one fault in the candidate at its default rate; every ` +
        `read is mirrored, the incumbent is asked again for half of them, margins at their defaults. Requests until the first failure, at most ${requests}.\n\n${table(rows)}`,
    );
    const clean = await startLivePair(null);
    let failed = 0;
    let passed = 0;
    try {
      for (let seed = 1; seed <= shadows; seed++) {
        const { state } = await clean.run(each, 100 + seed, { margins });
        if (state === 'fail') failed += 1;
        if (state === 'pass') passed += 1;
      }
    } finally {
      await clean.stop();
    }
    print(
      `${shadows} shadows of the sound pair, ${each} requests each, under the same margins: ${failed} fail, ${passed} pass.`,
    );
    checks.push({
      what: `fail among ${shadows} clean shadows of ${each} requests`,
      value: String(failed),
      bound: '0',
      holds: failed === 0,
    });
    return checks;
  },
  [],
  { requests: { type: 'string' }, shadows: { type: 'string' }, each: { type: 'string' } },
);
