import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '../../../../src/record/files/write-whole.ts';
import { describeMachine } from '../../../../src/record/machine/machine.ts';
import type { Study } from './study.ts';
import { encodeStudy } from './study-parquet.ts';

/** When a study began, and on what machine. */
export type StudyPlace = Pick<Study, 'date' | 'machine'>;

/** This machine now, with the load that it has before the study adds its own. */
export function studyPlace(): StudyPlace {
  const { cpuModel, cores, memoryGb } = describeMachine();
  const [one = 0, , fifteen = 0] = loadavg();
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpuModel}, ${cores} cores, ${memoryGb} GiB, Node ${process.version}, load average ${one.toFixed(1)} (1 minute) and ${fifteen.toFixed(1)} (15 minutes) when it began`,
  };
}

/** Stores a study under `results/studies/NAME/study.parquet`; its page is written by `bench documents --write`. */
export async function writeStudy(
  name: string,
  place: StudyPlace,
  study: Omit<Study, 'version' | keyof StudyPlace>,
): Promise<void> {
  const folder = join(import.meta.dirname, '../../../../results/studies', name);
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, 'study.parquet'), encodeStudy({ version: 2, ...place, ...study }));
}
