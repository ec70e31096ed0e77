import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeLines } from '../src/demo/corpus/sink.ts';
import { EXIT, InfrastructureError, UsageError } from '../src/errors.ts';
import { openRun } from '../src/record/open-run.ts';
import { readRecordedRun } from '../src/retrieve/record/recorded-run.ts';
import { trecFiles } from '../src/retrieve/record/trec.ts';
import type { RegisterCommand } from './command.ts';

/** `bench export --trec RUN --out DIR`: a stored run in the formats of other tools. */
export const exportCommand: RegisterCommand = (program, io, done) => {
  program
    .command('export')
    .description('write a stored run in the formats of other tools')
    .option('--trec <run>', 'a run folder: TREC run files of every arm, and qrels')
    .requiredOption('--out <folder>', 'where to; files of the same names are replaced')
    .action(async (options: { readonly trec?: string; readonly out: string }) => {
      if (options.trec === undefined) {
        throw new UsageError('usage-export', 'nothing to export was named', {
          hint: 'for example: bench export --trec runs/ID --out trec',
        });
      }
      const reader = await openRun(resolve(io.cwd, options.trec));
      const run = await readRecordedRun(reader);
      const out = resolve(io.cwd, options.out);
      for (const file of trecFiles(run)) {
        const { count } = await written(out, file.name, file.lines());
        io.stdout(`${file.name}  ${count} lines\n`);
      }
      for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
      if (!run.complete) io.stderr('bench: the run is not complete: what is there was exported\n');
      done(EXIT.pass);
    });
};

async function written(
  folder: string,
  name: string,
  lines: Iterable<string>,
): Promise<{ readonly count: number }> {
  try {
    await mkdir(folder, { recursive: true });
    return await writeLines(join(folder, name), lines);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new InfrastructureError('export-write', `${folder}: cannot be written (${code})`, {
      hint: 'check the rights and the free space there, or give another folder with --out',
      cause,
    });
  }
}
