import { setTimeout as sleep } from 'node:timers/promises';
import { main } from '../../bench/cli.ts';
import { bufferIo } from '../support/buffer-io.ts';

/** The embedded pair, as `bench serve` keeps it. */
export interface ServedPair {
  /** What the other commands are told of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Starts `bench serve` over a corpus and waits until it serves. */
export async function servePair(corpus: string): Promise<ServedPair> {
  const end = new AbortController();
  const io = bufferIo({ signal: end.signal });
  const served = main(['serve', '--corpus', corpus], io);
  const stop = async () => {
    end.abort();
    await served;
  };
  while (!io.err().includes('bench: serving')) {
    const code = await Promise.race([served, sleep(50, null)]);
    if (code !== null) throw new Error(`bench serve ended with ${code}: ${io.err()}`);
  }
  const env = Object.fromEntries(
    [...io.out().matchAll(/([A-Z_]+)=(http\S+)/g)].map(([, name = '', url = '']) => [name, url]),
  );
  return { env, stop };
}
