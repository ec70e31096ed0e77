import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import { formatJson } from '../../src/record/run/derived-files.ts';
import { studyPlace } from './studies/record/write-study.ts';

/** When an experiment begins, and on what machine, as records hold it. */
export function provenanceNow(): string {
  const { date, machine } = studyPlace();
  return `${date}, ${machine}`;
}

/** Stores a record as JSON at a path below `results/`; its page is written by `bench documents --write`. */
export async function writeRecord(path: string, record: object): Promise<void> {
  const file = join(packageRoot(), 'results', path);
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, Buffer.from(formatJson(record)));
}
