import { resolve } from 'node:path';
import { counted } from '../../src/counted.ts';
import { EXIT, UsageError } from '../../src/errors.ts';
import { exportTrec } from '../../src/retrieve/export-trec.ts';
import type { DefineCommand } from '../command.ts';

/** `bench export --trec RUN --out DIR`: a stored run in the formats of other tools. */
export const exportCommand: DefineCommand = (command, io, done) => {
  command
    .option('--trec <run>', 'a run folder: TREC run files of every arm, and qrels')
    .requiredOption('--out <folder>', 'where to; files of the same names are replaced')
    .action(async (options: { readonly trec?: string; readonly out: string }) => {
      io.endsAtOnce?.();
      if (options.trec === undefined) {
        throw new UsageError('usage-export', 'nothing to export was named', {
          hint: 'for example: bench export --trec runs/ID --out trec',
        });
      }
      const exported = await exportTrec(
        resolve(io.cwd, options.trec),
        resolve(io.cwd, options.out),
      );
      for (const { name, lines } of exported.files)
        io.stdout(`${name}  ${counted(lines, 'line')}\n`);
      for (const issue of exported.issues) io.stderr(`bench: ${issue}\n`);
      if (!exported.complete) {
        io.stderr('bench: the run is not complete: what is there was exported\n');
      }
      done(EXIT.pass);
    });
};
