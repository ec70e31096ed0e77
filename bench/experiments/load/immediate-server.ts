import { runTrial, type Trial } from '../../../src/load/drive/trial.ts';
import { summarizeTimes } from '../../../src/load/find/requests/summary.ts';
import { startNullServer } from '../../../src/load/floor/floor.ts';
import { buildSchedule } from '../../../src/load/pace/schedule.ts';
import { type Check, median, ms, postOf, runScript, table } from '../support.ts';
import { rawRoundTrips } from './raw-round-trips.ts';

const ROUNDS = 5;
const ROUND_MS = 4000;
const WARM_UP_MS = 1500;
const HELD_RATE = 20_000;
const HELD_MS = 10_000;
const BOUND_MS = 0.1;

await runScript('What the driver adds: open loop against an immediate server', async (print) => {
  const rows: (string | number)[][] = [];
  const checks: Check[] = [];
  for (const rate of [1000, 5000]) {
    for (const idle of ['poll', 'sleep'] as const) {
      const { ours, rawP50Ms } = await beside(rate, idle);
      const p50Ms = median(ours.map(({ summary }) => summary.response.p50Ms ?? Infinity));
      const slipMs = median(ours.map(({ summary }) => summary.slip.p99Ms ?? Infinity));
      const p99Ms = median(ours.map(({ summary }) => summary.response.p99Ms ?? Infinity));
      rows.push([rate, idle, ms(p50Ms), ms(rawP50Ms), ms(p50Ms - rawP50Ms), ms(p99Ms), ms(slipMs)]);
      if (idle === 'poll') {
        // Driver and server then burn a core each, so what else runs shows in the slip: it is printed, not held.
        checks.push(atMost(`response p50 at ${rate}/s, server polls`, p50Ms, BOUND_MS));
        continue;
      }
      checks.push(
        atMost(`response p50 over bare sockets at ${rate}/s`, p50Ms - rawP50Ms, BOUND_MS),
        atMost(`slip p99 at ${rate}/s`, slipMs, 0.3),
      );
    }
  }
  const head = ['offered/s', 'server', 'response p50 ms', 'bare sockets p50 ms', 'difference ms'];
  print(
    `200-byte POST, 100-byte answer, Poisson; medians of ${ROUNDS} rounds of ${ROUND_MS / 1000} s, driver and bare sockets in turn on the same schedule.\n\n` +
      table([[...head, 'response p99 ms', 'slip p99 ms'], ...rows]) +
      '\nA server that sleeps between requests is woken by the machine, and bare sockets wait for that too: it is no time of the driver. A server that polls answers at once.\n',
  );
  const held = await held20k();
  const { tally, firedPerSecond, okPerSecond } = held.summary;
  const share = Math.min(firedPerSecond ?? 0, okPerSecond ?? 0) / HELD_RATE;
  print(
    `At ${HELD_RATE}/s for ${HELD_MS / 1000} s on one thread: ${(firedPerSecond ?? 0).toFixed(0)} sent a second, ${tally.counts.ok} of ${tally.scheduled} answered, response p50 ${ms(held.summary.response.p50Ms)} ms, p99 ${ms(held.summary.response.p99Ms)} ms, slip p99 ${ms(held.summary.slip.p99Ms)} ms, ${held.peakConnections} connections, thread idle ${(100 * (held.health.headroom ?? 0)).toFixed(0)}%.\n`,
  );
  checks.push({
    what: `share of ${HELD_RATE}/s that was sent and answered`,
    value: share.toFixed(4),
    bound: '≥ 0.99',
    holds: share >= 0.99 && tally.counts.ok === tally.scheduled,
  });
  return checks;
});

/** Rounds of the driver and of bare sockets in turn, which of them first alternating. */
async function beside(
  ratePerSecond: number,
  idle: 'sleep' | 'poll',
): Promise<{ ours: Trial[]; rawP50Ms: number }> {
  const server = await startNullServer(100, idle);
  const ours: Trial[] = [];
  const raw: number[] = [];
  const driver = async (seed: number) => {
    ours.push(
      await runTrial({
        arms: [{ url: server.url, exchanges: [postOf(200)] }],
        ratePerSecond,
        durationMs: ROUND_MS,
        warmUpMs: WARM_UP_MS,
        process: 'poisson',
        seed,
      }),
    );
  };
  const bare = async (seed: number) => {
    const trips = await rawRoundTrips(server.url, postOf(200), scheduleOf(ratePerSecond, seed));
    raw.push(summarizeTimes(trips).p50Ms ?? Number.NaN);
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const measure of round % 2 === 0 ? [driver, bare] : [bare, driver]) await measure(round);
    }
  } finally {
    await server.stop();
  }
  return { ours, rawP50Ms: median(raw) };
}

function scheduleOf(ratePerSecond: number, seed: number) {
  return buildSchedule({
    segments: [
      {
        durationMs: WARM_UP_MS + ROUND_MS,
        fromPerSecond: ratePerSecond,
        toPerSecond: ratePerSecond,
      },
    ],
    process: 'poisson',
    seed,
    queryCount: 1,
    warmUpMs: WARM_UP_MS,
  });
}

async function held20k(): Promise<Trial> {
  const server = await startNullServer(100);
  try {
    return await runTrial({
      arms: [{ url: server.url, exchanges: [postOf(200)] }],
      ratePerSecond: HELD_RATE,
      durationMs: HELD_MS,
      process: 'poisson',
      seed: 1,
    });
  } finally {
    await server.stop();
  }
}

function atMost(what: string, value: number, boundMs: number): Check {
  return { what, value: `${ms(value)} ms`, bound: `≤ ${boundMs} ms`, holds: value <= boundMs };
}
