import { runSchedule } from '../../../src/load/drive/trial.ts';
import { pairQuantiles } from '../../../src/load/find/requests/block-pairs.ts';
import { startChildServer } from '../../../src/load/floor/child-server.ts';
import { interleavedSchedule } from '../../../src/load/pace/interleave.ts';
import { signedRankRatio } from '../../../src/stats/intervals/signed-rank-ratio.ts';
import { type Check, median, ms, runScript, table } from '../support.ts';

const RATE = 500;
const PAIRS = 24;
const REQUESTS = 250;
const DISCARD = 25;
const QUERIES = 200;

await runScript('What a shadow adds to a user’s request', async (print) => {
  const module = (name: string) => new URL(`./${name}.ts`, import.meta.url);
  const incumbent = await startChildServer(module('answering-server'), ['rust']);
  const candidate = await startChildServer(module('answering-server'), ['go']);
  const frontendOf = (candidateUrl: string | null) =>
    startChildServer(module('frontend-child'), [
      JSON.stringify({ incumbentUrl: incumbent.url, candidateUrl }),
    ]);
  const off = await frontendOf(null);
  const on = await frontendOf(candidate.url);
  try {
    const exchanges = Array.from({ length: QUERIES }, (_, query) => ({
      method: 'POST' as const,
      path: '/api/vectors/hybrid',
      headers: ['content-type', 'application/json'],
      body: Buffer.from(
        JSON.stringify({
          question: `Forklift Operator in Springfield, IL, number ${query}`,
          index_name: 'workers',
          top_k: 10,
          generate: false,
        }),
      ),
    }));
    const { schedule, blocks } = interleavedSchedule({
      pairCount: PAIRS,
      requestsPerBlock: REQUESTS,
      discardPerBlock: DISCARD,
      ratePerSecond: RATE,
      process: 'constant',
      seed: 7,
      queryCount: QUERIES,
      queries: 'repeat',
      warmUpMs: 3000,
    });
    const arms = [off, on].map(({ url }) => ({ url, exchanges }));
    const { record } = await runSchedule(arms, schedule);
    const rows: string[][] = [
      ['quantile', 'off ms', 'on ms', 'difference ms', 'ratio', '90% interval'],
    ];
    const checks: Check[] = [];
    for (const quantile of [0.5, 0.95]) {
      const pairs = pairQuantiles(record, blocks, quantile);
      const offMs = median(pairs.map(({ firstMs }) => firstMs));
      const onMs = median(pairs.map(({ secondMs }) => secondMs));
      const difference = median(pairs.map(({ firstMs, secondMs }) => secondMs - firstMs));
      const { ratio, lower, upper } = signedRankRatio(
        pairs.map(({ firstMs }) => firstMs),
        pairs.map(({ secondMs }) => secondMs),
      );
      const name = `p${100 * quantile}`;
      const shown = (value: number | null) => value?.toFixed(3) ?? '–';
      rows.push([
        name,
        ms(offMs),
        ms(onMs),
        ms(difference),
        shown(ratio),
        `${shown(lower)} to ${shown(upper)}`,
      ]);
      checks.push({
        what: `added at ${name}`,
        value: `${ms(difference)} ms, ratio ${shown(ratio)}`,
        bound: '≤ 5% or ≤ 0.2 ms',
        holds: difference <= 0.2 || (ratio ?? Number.POSITIVE_INFINITY) <= 1.05,
      });
    }
    print(
      `${RATE} requests/s at equal gaps, ${PAIRS} pairs of interleaved blocks of ${REQUESTS} requests, through two ` +
        'frontends in processes of their own: one without, one with a shadow at its defaults (10% mirrored, the ' +
        'incumbent asked again for 20% of those). Latency from the intended send time; medians over blocks, and of ' +
        `the pairs' differences. Six processes share this machine.\n\n${table(rows)}`,
    );
    return checks;
  } finally {
    for (const child of [on, off, candidate, incumbent]) await child.stop();
  }
});
