import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../../src/record/files/write-whole.ts';
import { describeMachine } from '../../../src/record/machine/machine.ts';
import type { Study } from './study.ts';

/** Stores a study under `results/studies/NAME/study.json`; its page is written by `bench documents --write`. */
export async function writeStudy(
  name: string,
  study: Omit<Study, 'version' | 'date' | 'machine'>,
): Promise<void> {
  const { cpuModel, cores, memoryGb } = describeMachine();
  const folder = join(import.meta.dirname, '../../../results/studies', name);
  await mkdir(folder, { recursive: true });
  const record: Study = {
    version: 1,
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpuModel}, ${cores} cores, ${memoryGb} GiB, Node ${process.version}`,
    ...study,
  };
  await writeWhole(join(folder, 'study.json'), Buffer.from(`${JSON.stringify(record)}\n`));
}
