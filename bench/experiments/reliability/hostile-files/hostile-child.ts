import { memoryUsage } from 'node:process';
import { type SoundFile, soundFiles } from './sound-files.ts';
import { tryFile } from './try-file.ts';

/** Seeds that are tried one after another, and where. */
export interface Order {
  readonly seeds: readonly number[];
  readonly folder: string;
  readonly hdf5: string;
  readonly isConfined: boolean;
}

/** What became of a seed. */
export interface Tried {
  readonly seed: number;
  readonly failure: string | null;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

async function serve({ seeds, folder, hdf5, isConfined }: Order): Promise<void> {
  const files: readonly SoundFile[] = soundFiles(Buffer.from(hdf5, 'base64'));
  for (const seed of seeds) {
    process.send?.({ begins: seed });
    const before = process.cpuUsage();
    const failure = await tryFile(seed, files, folder, isConfined);
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    const tried: Tried = { seed, failure, cpuMs, residentBytes: memoryUsage.rss() };
    process.send?.(tried);
  }
  process.exit();
}

process.once('disconnect', () => process.exit());
process.once('message', (order: Order) => void serve(order));
