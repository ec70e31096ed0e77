import { Client } from 'undici';
import { runClosedTrial } from '../../../src/load/drive/trial.ts';
import { startNullServer } from '../../../src/load/floor/floor.ts';
import { quantileInverseCdfOfSorted } from '../../../src/stats/quantiles.ts';
import type { PreparedRequest } from '../../../src/wire/http/prepare.ts';
import { type Check, median, ms, postOf, runScript, table } from '../support.ts';

const ROUNDS = 5;
const DURATION_MS = 2000;
const CONCURRENCY = 10;
const IDLE_GAP_MS = 20;
const IDLE_REQUESTS = 150;

await runScript('The HTTP client under the driver: handler against request()', async (print) => {
  const server = await startNullServer(3000);
  const exchange = postOf(200);
  try {
    const dispatch: number[] = [];
    const request: number[] = [];
    const arm = { url: server.url, exchanges: [exchange] };
    // Rounds alternate, so that what happens on the machine meets both.
    for (let round = 0; round <= ROUNDS; round++) {
      const { throughputPerSecond } = await runClosedTrial({
        arm,
        concurrency: CONCURRENCY,
        durationMs: DURATION_MS,
        warmUpMs: DURATION_MS / 4,
        seed: round,
      });
      const byRequest = await requestThroughput(server.url, exchange);
      // The first round warms up.
      if (round === 0) continue;
      dispatch.push(throughputPerSecond);
      request.push(byRequest);
    }
    const busy = await serviceTimes(server.url, exchange, 0);
    const idle = await serviceTimes(server.url, exchange, IDLE_GAP_MS);
    const ratio = median(dispatch) / median(request);
    const delay = (idle ?? Number.NaN) - (busy ?? Number.NaN);
    print(
      table([
        ['API', `requests/s at c = ${CONCURRENCY} (median of ${ROUNDS})`],
        ['dispatch, one reused handler', median(dispatch).toFixed(0)],
        ['request()', median(request).toFixed(0)],
      ]),
    );
    print(
      table([
        ['gap between requests', 'service p50 ms at c = 1'],
        ['none', ms(busy)],
        [`${IDLE_GAP_MS} ms`, ms(idle)],
      ]),
    );
    return [
      atLeast('handler over request() throughput', ratio, 1),
      {
        what: `what an idle socket adds (releases of undici have added 1.2 ms)`,
        value: `${ms(delay)} ms`,
        bound: '≤ 0.8 ms',
        holds: delay <= 0.8,
      },
    ];
  } finally {
    await server.stop();
  }
});

async function requestThroughput(url: string, exchange: PreparedRequest): Promise<number> {
  const clients = Array.from(
    { length: CONCURRENCY },
    () => new Client(url, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 }),
  );
  const startedMs = performance.now();
  const fromMs = startedMs + DURATION_MS / 4;
  const untilMs = startedMs + DURATION_MS;
  let count = 0;
  await Promise.all(
    clients.map(async (client) => {
      for (let nowMs = startedMs; nowMs < untilMs; nowMs = performance.now()) {
        const { body } = await client.request(exchange);
        await body.arrayBuffer();
        if (performance.now() >= fromMs) count++;
      }
    }),
  );
  await Promise.all(clients.map((client) => client.close()));
  return count / ((untilMs - fromMs) / 1000);
}

/** Median time in milliseconds from dispatch to the end, one request at a time, with a gap before each. */
async function serviceTimes(
  url: string,
  exchange: PreparedRequest,
  gapMs: number,
): Promise<number | null> {
  const client = new Client(url, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const times: number[] = [];
  for (let index = 0; index < IDLE_REQUESTS; index++) {
    if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
    times.push(await oneDispatch(client, exchange));
  }
  await client.close();
  // The first few open the connection and warm the code.
  return quantileInverseCdfOfSorted(Float64Array.from(times.slice(20)).sort(), 0.5);
}

function oneDispatch(client: Client, exchange: PreparedRequest): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    client.dispatch(exchange, {
      onRequestStart: () => {},
      onResponseStart: () => {},
      onResponseData: () => {},
      onResponseEnd: () => resolve(performance.now() - startedMs),
      onResponseError: (_, error) => reject(error),
    });
  });
}

function atLeast(what: string, value: number, bound: number): Check {
  return { what, value: value.toFixed(2), bound: `≥ ${bound}`, holds: value >= bound };
}
