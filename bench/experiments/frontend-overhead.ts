import { startFrontend } from '../../src/demo/cutover/frontend-process.ts';
import { runSchedule } from '../../src/load/drive/trial.ts';
import { pairQuantiles } from '../../src/load/find/requests/block-pairs.ts';
import { startNullServer } from '../../src/load/floor/floor.ts';
import { interleavedSchedule } from '../../src/load/pace/interleave.ts';
import { mean, sampleSd } from '../../src/stats/moments.ts';
import { type Check, median, ms, postOf, runScript, table } from './support.ts';

const RATE = 500;
const PAIRS = 24;
const REQUESTS = 250;
const DISCARD = 25;
/** t quantile .975 with PAIRS − 1 degrees of freedom. */
const T = 2.069;

await runScript('What the frontend adds to a request', async (print) => {
  const backend = await startNullServer(1000);
  const frontend = await startFrontend({
    route: null,
    incumbentUrl: backend.url,
    candidateUrl: null,
    candidateLimits: {},
    ledger: 'results/ledger.jsonl',
    port: 0,
  });
  try {
    const exchange = postOf(200);
    const { schedule, blocks } = interleavedSchedule({
      pairCount: PAIRS,
      requestsPerBlock: REQUESTS,
      discardPerBlock: DISCARD,
      ratePerSecond: RATE,
      process: 'constant',
      seed: 7,
      queryCount: 1,
      warmUpMs: 2000,
    });
    const { record } = await runSchedule(
      [
        { url: backend.url, exchanges: [exchange] },
        { url: frontend.url, exchanges: [{ ...exchange, path: `/api${exchange.path}` }] },
      ],
      schedule,
    );
    const rows: string[][] = [
      ['quantile', 'direct ms', 'through the frontend ms', 'difference ms', '95% interval ms'],
    ];
    const added: number[] = [];
    for (const quantile of [0.5, 0.95]) {
      const pairs = pairQuantiles(record, blocks, quantile);
      const differences = pairs.map(({ firstMs, secondMs }) => secondMs - firstMs);
      const centre = mean(differences) ?? Number.NaN;
      const half = (T * (sampleSd(differences) ?? Number.NaN)) / Math.sqrt(differences.length);
      rows.push([
        `p${100 * quantile}`,
        ms(median(pairs.map(({ firstMs }) => firstMs))),
        ms(median(pairs.map(({ secondMs }) => secondMs))),
        ms(centre),
        `${ms(centre - half)} to ${ms(centre + half)}`,
      ]);
      added.push(centre);
    }
    print(
      `${RATE} requests/s at equal gaps, 200-byte POST, 1,000-byte answer, ${PAIRS} pairs of interleaved ` +
        `blocks of ${REQUESTS} requests; latency from the intended send time; medians over blocks, mean ` +
        `of the pairs' differences. Server, frontend and client are three processes on one machine: what ` +
        `else it does is in the figures.\n\n${table(rows)}`,
    );
    const checks: Check[] = [
      {
        what: 'added at p50',
        value: `${ms(added[0] ?? null)} ms`,
        bound: '≤ 1 ms',
        holds: (added[0] ?? Number.NaN) <= 1,
      },
    ];
    return checks;
  } finally {
    await frontend.stop();
    await backend.stop();
  }
});
