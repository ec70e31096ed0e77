import { measureCapacity, measureKnee } from '../../../src/load/drive/capacity.ts';
import { DEFAULT_OBJECTIVE } from '../../../src/load/find/saturation/objective.ts';
import { type Check, postOf, runScript, startLawServer, table } from '../support.ts';

const CAPACITIES = [1000, 4000];
const TRIAL_MS = 4000;

await runScript('Saturation search against servers of known capacity', async (print) => {
  const checks: Check[] = [];
  const rows: (string | number)[][] = [
    ['capacity/s', 'closed-loop knee/s', 'found/s', 'ratio', 'trials', 'end'],
  ];
  for (const capacity of CAPACITIES) {
    const server = await startLawServer({ capacityPerSecond: capacity });
    const arm = { url: server.url, exchanges: [postOf(200)] };
    try {
      const knee = await measureKnee({
        arm,
        maxConcurrency: 64,
        durationMs: 1500,
        warmUpMs: 500,
        seed: 1,
      });
      const found = await measureCapacity({
        arm,
        valueFor: null,
        objective: DEFAULT_OBJECTIVE,
        firstRate: knee.throughputPerSecond,
        ceilingRate: 4 * knee.throughputPerSecond,
        trialMs: TRIAL_MS,
        warmUpMs: 2000,
        process: 'constant',
        seed: 1,
        deadlineMs: 2000,
      });
      const ratio = found.rate / capacity;
      rows.push([
        capacity,
        knee.throughputPerSecond.toFixed(0),
        found.rate.toFixed(1),
        ratio.toFixed(4),
        found.trials,
        found.end,
      ]);
      checks.push({
        what: `found / true capacity at ${capacity}/s`,
        value: ratio.toFixed(4),
        bound: '1 ± 0.02',
        holds: Math.abs(ratio - 1) <= 0.02 && found.end === 'saturated',
      });
    } finally {
      await server.stop();
    }
  }
  print(
    `Objective: p99 ≤ 50 ms, errors < 0.1%, backlog growth ≤ 0.5% of the offer; constant arrivals.\n\n${table(rows)}`,
  );
  return checks;
});
