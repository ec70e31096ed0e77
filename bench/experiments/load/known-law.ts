import { runTrial, type Trial } from '../../../src/load/drive/trial.ts';
import { tallyRequests } from '../../../src/load/find/requests/request-tally.ts';
import { type Check, ms, postOf, runScript, startLawServer, table } from '../support.ts';
import { fateOf, type Law } from './law-server.ts';

const RATE = 1000;
const DURATION_MS = 20_000;
const TOLERANCE = 0.02;

/** A server's law with the percentiles of response time that follow from it, in milliseconds. */
interface Known {
  readonly name: string;
  readonly law: Law;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly why: string;
}

const KNOWN: readonly Known[] = [
  {
    name: 'stall of 500 ms every 5 s',
    law: { stall: { everyMs: 5000, forMs: 500 } },
    p99Ms: 450,
    p999Ms: 495,
    why: 'a tenth of the requests wait for what is left of the stall, uniform on 0–500 ms: p = 500 · (1 − 10 (1 − p))',
  },
  {
    name: '40 ms every 50th, 200 ms every 500th request',
    law: {
      delays: [
        { every: 500, ms: 200 },
        { every: 50, ms: 40 },
      ],
    },
    p99Ms: 40,
    p999Ms: 200,
    why: '0.2% take 200 ms, 1.8% take 40 ms, the rest are answered at once',
  },
  {
    name: 'errors every 97th, resets every 211th, hangs every 509th request',
    law: { errorEvery: 97, resetEvery: 211, hangEvery: 509, delays: [{ every: 60, ms: 25 }] },
    p99Ms: 25,
    p999Ms: Number.POSITIVE_INFINITY,
    why: '0.67% never end, which is more than 0.1% and less than 1%; every 60th takes 25 ms',
  },
];

await runScript('Open loop against servers with a known law', async (print) => {
  const checks: Check[] = [];
  const rows: (string | number)[][] = [
    ['law', 'percentile', 'analytic ms', 'measured ms', 'ratio', 'slip p99 ms'],
  ];
  for (const known of KNOWN) {
    const trial = await measure(known.law);
    const { response, slip } = trial.summary;
    for (const [name, expected, measured] of [
      ['p99', known.p99Ms, response.p99Ms],
      ['p99.9', known.p999Ms, response.p999Ms],
    ] as const) {
      const ratio = expected === measured ? 1 : (measured ?? Number.NaN) / expected;
      rows.push([known.name, name, ms(expected), ms(measured), ratio.toFixed(4), ms(slip.p99Ms)]);
      checks.push({
        what: `${known.name}: ${name}`,
        value: ratio.toFixed(4),
        bound: '1 ± 0.02',
        holds: Math.abs(ratio - 1) <= TOLERANCE,
      });
    }
    checks.push(tallyCheck(known, trial));
    print(`- ${known.name}: ${known.why}.`);
  }
  print(`\n${RATE} requests/s, constant, ${DURATION_MS / 1000} s measured.\n\n${table(rows)}`);
  return checks;
});

async function measure(law: Law): Promise<Trial> {
  const server = await startLawServer(law);
  try {
    return await runTrial({
      arms: [{ url: server.url, exchanges: [postOf(200)] }],
      ratePerSecond: RATE,
      durationMs: DURATION_MS,
      process: 'constant',
      seed: 1,
      deadlineMs: 2000,
    });
  } finally {
    await server.stop();
  }
}

function tallyCheck({ name, law }: Known, trial: Trial): Check {
  const { counts, scheduled, balanced } = tallyRequests(trial.record);
  const expected = { ok: 0, error: 0, reset: 0, hang: 0 };
  for (let index = 0; index < scheduled; index++) expected[fateOf(law, index)]++;
  const exact =
    balanced &&
    counts.ok === expected.ok &&
    counts.http === expected.error &&
    counts.reset === expected.reset &&
    counts.timeout === expected.hang;
  return {
    what: `${name}: tally`,
    value: `${scheduled} = ${Object.entries(counts)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(' + ')}`,
    bound: `${expected.ok} ok, ${expected.error} http, ${expected.reset} reset, ${expected.hang} timeout`,
    holds: exact,
  };
}
