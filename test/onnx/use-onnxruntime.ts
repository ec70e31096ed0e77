import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// Uses onnxruntime in the way that its argument names, and prints `dimension D`, or the error with its hint.
const how: unknown = isMainThread ? process.argv[2] : workerData;

async function embedded(): Promise<string> {
  const { loadEncoder } = await import('../../src/embed/encoder.ts');
  const folder = new URL('../../corpora/encoder', import.meta.url).pathname;
  return loadEncoder(folder).then(
    ({ dimension }) => `dimension ${dimension}`,
    ({ code, hint }) => `${code}: ${hint}`,
  );
}

async function searched(): Promise<string> {
  const { float32Engine } = await import('../../src/truth/engines/engines.ts');
  const engine = float32Engine({ threads: 2, smallWork: 0, minRowsPerShard: 1 });
  const values = Float32Array.of(1, 2, 3, 4);
  const documents = { ids: ['c/a', 'c/b'], dimension: 2, values };
  const { lists } = await engine.topK({ documents, queries: documents, kPrime: 1 });
  await engine.close();
  return `dimension ${lists.length}`;
}

async function inThread(): Promise<string> {
  if (how === 'thread, after the main thread') await import('../../src/index.ts');
  const worker = new Worker(new URL(import.meta.url), { workerData: how });
  return new Promise((resolve) => worker.once('message', resolve));
}

if (!isMainThread) parentPort?.postMessage(await embedded());
else if (how === 'encoder') process.stdout.write(await embedded());
else if (how === 'engine in threads') process.stdout.write(await searched());
else process.stdout.write(await inThread());
