import { relative, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { embedTask } from '../src/probes/job/embed-task.ts';
import { carryOutProbe, printResult, withSession } from '../src/probes/job/session.ts';
import type { IndexDistance } from '../src/probes/record/embed.ts';
import { writeNewFile } from '../src/record/files/new-file.ts';
import type { RegisterCommand } from './command.ts';
import { addConfigOptions, type ConfigFlags } from './config-options.ts';

interface EmbedFlags extends ConfigFlags {
  readonly texts?: string;
  readonly reference?: string;
  readonly distance: IndexDistance;
  readonly results: string;
  readonly json?: boolean;
}

/** `bench embed`: whether both sides turn the same texts into the same vectors. */
export const embedCommand: RegisterCommand = (program, io, done) => {
  addConfigOptions(program.command('embed'))
    .description('compare the embeddings of two backends, text by text')
    .option('--texts <file>', 'one text a line, or corpus (default: five short texts)')
    .option('--reference <folder>', 'a local ONNX model as a third side')
    .option(
      '--distance <name>',
      'how the index compares: cosine, euclidean or dot',
      distance,
      'cosine',
    )
    .option('--results <folder>', 'where the verdict file of the day is written', 'results')
    .option('--json', 'print findings and verdict as JSON')
    .action(async (flags: EmbedFlags) => {
      const { texts, reference } = flags;
      const task = embedTask({
        ...(texts === undefined ? {} : { texts }),
        ...(reference === undefined ? {} : { reference }),
        distance: flags.distance,
      });
      const code = await withSession(flags, io, {}, async (session) => {
        const result = await carryOutProbe(task, session);
        const day = result.ledgerInput.date;
        const file = resolve(io.cwd, flags.results, `embed_parity_${day}.md`);
        const written = await writeNewFile(file, result.report);
        printResult(result, flags.json === true, io);
        io.stderr(`bench: verdict file ${relative(io.cwd, written)}\n`);
        return result.verdict.exitCode;
      });
      done(code);
    });
};

function distance(text: string): IndexDistance {
  if (text === 'cosine' || text === 'euclidean' || text === 'dot') return text;
  throw new InvalidArgumentError('expected cosine, euclidean or dot');
}
