/** Writes blocks of 50 observations until it is killed, a line on stdout each: `node endless-run.ts FOLDER`. */
import { createRun } from '../../src/record/run/run-folder.ts';
import { observation } from './observation.ts';

const writer = await createRun({ parentFolder: process.argv[2] ?? '', id: 'endless' });
for (let block = 0; ; block++) {
  const rows = Array.from({ length: 50 }, (_, sequence) => observation({ block, sequence }));
  await writer.writeObservations({ phase: 'quality', cell: 'search', arm: 'A', block }, rows);
  process.stdout.write(`${block}\n`);
}
