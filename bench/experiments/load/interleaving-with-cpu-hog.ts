import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSchedule } from '../../../src/load/drive/trial.ts';
import { ratioFigures } from '../../../src/load/find/ratios.ts';
import { interleavedSchedule } from '../../../src/load/pace/interleave.ts';
import { type Check, postOf, runScript, startLawServer, table } from '../support.ts';

const RATE = 1000;
const PAIRS = 80;
const REQUESTS = 200;
const DISCARD = 20;
const WARM_UP_MS = 2000;

await runScript('A against A with a CPU hog in the second half', async (print) => {
  const checks: Check[] = [];
  const rows: (string | number)[][] = [['order', 'quantile', 'ratio', '95% bounds', 'pairs']];
  for (const order of ['interleaved', 'sequential'] as const) {
    for (const { quantile, ratio } of await measure(order)) {
      const name = `p${100 * quantile}`;
      const value = ratio.ratio ?? Number.NaN;
      const low = ratio.lower ?? Number.NaN;
      const high = ratio.upper ?? Number.NaN;
      rows.push([order, name, value.toFixed(3), `${low.toFixed(3)}–${high.toFixed(3)}`, ratio.n]);
      if (order === 'interleaved') {
        checks.push({
          what: `interleaved A/A ratio, ${name}`,
          value: value.toFixed(3),
          bound: '0.95–1.05',
          holds: value >= 0.95 && value <= 1.05,
        });
      }
    }
  }
  print(
    `One server asked as two sides; ${RATE} requests/s, ${PAIRS} pairs of blocks of ${REQUESTS}. ` +
      `The hog burns as many threads as there are cores from the middle of the blocks on.\n\n${table(rows)}\n` +
      'The sequential order asks all of A and then all of A again: what changed on the machine meanwhile ' +
      'looks like a difference between the sides.\n',
  );
  return checks;
});

async function measure(order: 'interleaved' | 'sequential') {
  const server = await startLawServer({ delays: [{ every: 1, ms: 2 }], replyBytes: 3000 });
  const arm = { url: server.url, exchanges: [postOf(200)] };
  const { schedule, blocks } = interleavedSchedule({
    pairCount: PAIRS,
    requestsPerBlock: REQUESTS,
    discardPerBlock: DISCARD,
    ratePerSecond: RATE,
    process: 'poisson',
    seed: 5,
    queryCount: 1,
    order,
    warmUpMs: WARM_UP_MS,
  });
  const hog = startHogAfter(2 * WARM_UP_MS + (schedule.durationMs - 2 * WARM_UP_MS) / 2);
  try {
    const { record } = await runSchedule([arm, arm], schedule);
    return ratioFigures(record, blocks);
  } finally {
    hog.stop();
    await server.stop();
  }
}

/** Child processes that burn the CPU from some time on. */
function startHogAfter(delayMs: number) {
  const own = extname(fileURLToPath(import.meta.url));
  const children: ReturnType<typeof fork>[] = [];
  const timer = setTimeout(() => {
    children.push(fork(new URL(`./cpu-hog${own}`, import.meta.url)));
  }, delayMs);
  return {
    stop() {
      clearTimeout(timer);
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
