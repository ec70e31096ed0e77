import { startNullServer } from '../../src/load/floor/floor.ts';
import { runTrial, type Trial } from '../../src/load/trial.ts';
import { type Check, ms, postOf, runScript, table } from './support.ts';

const DURATION_MS = 10_000;

await runScript('What the driver adds: open loop against an immediate server', async (print) => {
  const checks: Check[] = [];
  const rows: (string | number)[][] = [
    [
      'offered/s',
      'sent/s',
      'ok',
      'response p50 ms',
      'p99 ms',
      'slip p99 ms',
      'connections',
      'idle',
    ],
  ];
  for (const rate of [1000, 5000, 20_000]) {
    const trial = await measure(rate);
    const { response, slip, books, firedPerSecond, okPerSecond } = trial.summary;
    rows.push([
      rate,
      (firedPerSecond ?? 0).toFixed(1),
      books.counts.ok,
      ms(response.p50Ms),
      ms(response.p99Ms),
      ms(slip.p99Ms),
      trial.peakConnections,
      `${(100 * (trial.health.headroom ?? 0)).toFixed(0)}%`,
    ]);
    if (rate <= 5000) {
      checks.push(atMost(`response p50 at ${rate}/s`, response.p50Ms, 0.1));
      checks.push(atMost(`slip p99 at ${rate}/s`, slip.p99Ms, 0.3));
    } else {
      const held = Math.min(firedPerSecond ?? 0, okPerSecond ?? 0) / rate;
      checks.push({
        what: `share of ${rate}/s that was sent and answered`,
        value: held.toFixed(4),
        bound: '≥ 0.99',
        holds: held >= 0.99 && books.counts.ok === books.scheduled,
      });
    }
  }
  print(
    `200-byte POST, 100-byte answer, Poisson, ${DURATION_MS / 1000} s measured.\n\n${table(rows)}`,
  );
  return checks;
});

async function measure(ratePerSecond: number): Promise<Trial> {
  const server = await startNullServer(100);
  try {
    return await runTrial({
      arms: [{ url: server.url, exchanges: [postOf(200)] }],
      ratePerSecond,
      durationMs: DURATION_MS,
      process: 'poisson',
      seed: 1,
    });
  } finally {
    await server.stop();
  }
}

function atMost(what: string, value: number | null, boundMs: number): Check {
  return {
    what,
    value: `${ms(value)} ms`,
    bound: `≤ ${boundMs} ms`,
    holds: value !== null && value <= boundMs,
  };
}
