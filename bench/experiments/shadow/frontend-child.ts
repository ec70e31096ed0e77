import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFrontend } from '../../../src/cutover/frontend/frontend.ts';
import { listen } from '../../../src/cutover/frontend/listen.ts';
import { shadow } from '../../../src/shadow/job/shadow.ts';
import { SHADOW_DEFAULTS } from '../../../src/shadow/job/shadow-config.ts';
import { http } from '../../../src/wire/http/http-backend.ts';
import { goLakehouse } from '../../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../../src/wire/lakehouse/rust-lakehouse.ts';

/** A frontend in a process of its own; without a candidate there is no shadow. */
interface FrontendChild {
  readonly incumbentUrl: string;
  readonly candidateUrl: string | null;
}

const { incumbentUrl, candidateUrl } = JSON.parse(process.argv[2] ?? '{}') as FrontendChild;
const ending = new AbortController();
process.once('disconnect', () => ending.abort());
process.once('SIGTERM', () => ending.abort());
const ready = (url: string) => process.send?.({ port: Number(new URL(url).port) });

if (candidateUrl === null) {
  const { url, stop } = await listen(createFrontend({ incumbentUrl, candidateUrl: null }), 0);
  ending.signal.addEventListener('abort', () => void stop());
  ready(url);
} else {
  const dialect = rustLakehouse();
  const incumbent = http({ url: incumbentUrl, dialect });
  const candidate = http({ url: candidateUrl, dialect: goLakehouse() });
  await shadow(
    { ...SHADOW_DEFAULTS, runs: await mkdtemp(join(tmpdir(), 'shadow-overhead-')) },
    {
      openFrontend: (tap) => listen(createFrontend({ incumbentUrl, candidateUrl: null, tap }), 0),
      dialect,
      incumbent,
      candidate,
      signal: ending.signal,
      onReady: ({ frontend }) => ready(frontend),
    },
  );
  await Promise.all([incumbent.close(), candidate.close()]);
}
