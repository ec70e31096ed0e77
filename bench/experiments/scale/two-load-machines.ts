import { createAnswerVariants } from '../../../src/load/answers/answers.ts';
import type { PreparedSide } from '../../../src/load/drive/sides.ts';
import { runSchedule } from '../../../src/load/drive/trial.ts';
import { measuredRows, tallyRequests } from '../../../src/load/find/requests/request-tally.ts';
import { summarizeTrial } from '../../../src/load/find/requests/summary.ts';
import { interleavedSchedule } from '../../../src/load/pace/interleave.ts';
import type { LoadRecord } from '../../../src/load/recorder.ts';
import { NO_PROGRESS } from '../../../src/progress.ts';
import { machinesOnQueue } from '../../../src/queue/load/machines.ts';
import { connectQueue } from '../../../src/queue/server/connect.ts';
import { folderStore } from '../../../src/queue/store/folder-store.ts';
import { scratchFolder } from '../size/scratch.ts';
import { type Check, ms, postOf, runScript, startLawServer, table } from '../support.ts';
import { startQueueServer } from './queue-server.ts';
import { startWorker } from './worker-child.ts';

/*
 * Two load machines at half the rate each against a server with a known law, beside one at the whole rate.
 *
 *   node --conditions=source bench/experiments/scale/two-load-machines.ts [--out FILE]
 */

const LAW = {
  delays: [
    { every: 500, ms: 200 },
    { every: 50, ms: 40 },
  ],
};
const P99_MS = 40;
const TOLERANCE = 0.02;
const QUERIES = 100;
const SCHEDULE = {
  shape: 'blocks',
  pairCount: 10,
  requestsPerBlock: 250,
  discardPerBlock: 10,
  ratePerSecond: 200,
  process: 'poisson',
  seed: 1,
  querySeed: 1,
  queryCount: QUERIES,
  queries: 'repeat',
} as const;

function sideOf(url: string): PreparedSide {
  return {
    arm: {
      url,
      exchanges: Array.from({ length: QUERIES }, () => postOf(200)),
      answers: createAnswerVariants(),
    },
    queries: [],
    masked: new Set(),
    exchangeOf: () => postOf(200),
    hitsOf: () => [],
  };
}

await runScript('Two load machines beside one', async (print): Promise<readonly Check[]> => {
  await using scratch = await scratchFolder('machines');
  await using server = await startQueueServer();
  const law = await startLawServer(LAW);
  const side = sideOf(law.url);
  const { schedule } = interleavedSchedule(SCHEDULE);
  const one = await runSchedule([side.arm, side.arm], schedule, { deadlineMs: 2000 });

  const queue = await connectQueue({ url: server.url, env: {}, onProblem: () => {} });
  await using _first = await startWorker(server.url, scratch.path, ['--may-load', law.url]);
  await using _second = await startWorker(server.url, scratch.path, ['--may-load', law.url]);
  const open = machinesOnQueue({
    server: queue,
    store: folderStore(scratch.path),
    count: 2,
    configuredHeaders: [[], []],
    progress: { ...NO_PROGRESS, note: print },
    signal: new AbortController().signal,
  });
  const machines = await open([side, side], { deadlineMs: 2000, pace: 'precise' });
  const two = await machines.send([0, 0], SCHEDULE);
  await machines[Symbol.asyncDispose]();
  await queue.close();
  await law.stop();

  const p99Of = (record: LoadRecord) =>
    summarizeTrial(record, measuredRows(record)).response.p99Ms ?? Number.NaN;
  print(
    `Every 500th request takes 200 ms, every 50th 40 ms, others none: p99 is 40 ms. ${schedule.count.toLocaleString('en')} Poisson requests at ${SCHEDULE.ratePerSecond}/s; two machines are two processes here, and share its cores with the server.\n`,
  );
  print(
    table([
      ['', 'p99 ms', 'of the law', 'slip p99 ms', 'began late ms', 'clock known to ms'],
      [
        'one',
        ms(p99Of(one.record)),
        (p99Of(one.record) / P99_MS).toFixed(4),
        ms(one.health.slipP99Ms),
        '–',
        '–',
      ],
      ['two', ms(p99Of(two.record)), (p99Of(two.record) / P99_MS).toFixed(4), '–', '–', '–'],
      ...two.machines.map(({ name, health, lateMs, clockMs }) => [
        name.replace(/ \(.*/, ''),
        '–',
        '–',
        ms(health?.slipP99Ms ?? null),
        ms(lateMs),
        ms(clockMs),
      ]),
    ]),
  );
  const check = (what: string, record: LoadRecord): Check => ({
    what: `p99 of ${what} over the law's`,
    value: (p99Of(record) / P99_MS).toFixed(4),
    bound: '1 ± 0.02',
    holds: Math.abs(p99Of(record) / P99_MS - 1) <= TOLERANCE,
  });
  const { counts, scheduled, balanced } = tallyRequests(two.record);
  return [
    check('one machine', one.record),
    check('two machines', two.record),
    {
      what: 'tally of two machines',
      value: `${counts.ok} ok of ${scheduled}`,
      bound: 'every request once, and answered',
      holds: balanced && counts.ok === scheduled && scheduled === schedule.count,
    },
  ];
});
