import { join, resolve } from 'node:path';
import { packageRoot } from '../../src/config/package-root.ts';
import { startEmbeddedFrontend } from '../../src/demo/cutover/embedded.ts';
import { restartStorm, type Tally } from './restart-storm.ts';
import { type Check, ms, runScript, table } from './support.ts';

const REQUESTS = 10_000;
const RESTARTS = 10;

await runScript('Requests through the frontend while the candidate restarts', async (print) => {
  const corpora = join(packageRoot(), 'corpora');
  const embedded = await startEmbeddedFrontend({
    corpusFolder: join(corpora, 'workers-200'),
    encoderFolder: join(corpora, 'encoder'),
    ledger: resolve('results/ledger.jsonl'),
    signal: new AbortController().signal,
  });
  try {
    const { subject } = embedded;
    await subject.setOpen?.(true);
    const { incumbent, candidate, lost, slowestMs } = await restartStorm({
      frontendUrl: subject.frontendUrl,
      requests: REQUESTS,
      concurrency: 8,
      restarts: RESTARTS,
      restart: async () => {
        await subject.setCandidate?.('killed');
        await subject.setCandidate?.('sound');
      },
      restPerRequestMs: 8,
      upMs: 800,
    });
    const row = (name: string, tally: Tally, slowest: number) => [
      name,
      Object.entries(tally)
        .map(([what, count]) => `${count} × ${what}`)
        .join(', '),
      ms(slowest),
    ];
    print(
      `${REQUESTS} requests, eight at a time, every second one to the candidate, which is killed and ` +
        `started again ${RESTARTS} times meanwhile.\n\n${table([
          ['side', 'answers', 'slowest ms'],
          row('/api/*', incumbent, slowestMs.incumbent),
          row('/_go/*', candidate, slowestMs.candidate),
        ])}`,
    );
    const notOk = REQUESTS / 2 - (incumbent['200'] ?? 0);
    const unclear = Object.keys(candidate).filter((key) => !/^(200$|50[234] candidate-)/.test(key));
    const checks: Check[] = [
      { what: '/api/* not answered 200', value: String(notOk), bound: '0', holds: notOk === 0 },
      {
        what: '/_go/* without an answer',
        value: String(lost.candidate),
        bound: '0',
        holds: lost.candidate === 0,
      },
      {
        what: '/_go/* neither 200 nor a JSON error of the frontend',
        value: unclear.join(', ') || 'none',
        bound: 'none',
        holds: unclear.length === 0,
      },
    ];
    return checks;
  } finally {
    await embedded.stop();
  }
});
