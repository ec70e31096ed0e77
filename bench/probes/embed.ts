import { relative, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { readTexts } from '../../src/probes/job/texts.ts';
import type { IndexDistance } from '../../src/probes/record/embed.ts';
import { writeNewFile } from '../../src/record/files/new-file.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import type { DefineCommand } from '../command.ts';
import { RECORDS } from '../records.ts';
import { addProbeOptions, type ProbeFlags, runProbe } from './probe-command.ts';

interface EmbedFlags extends ProbeFlags {
  readonly texts?: string;
  readonly reference?: string;
  readonly distance: IndexDistance;
  readonly results: string;
}

/** `bench embed`: whether both sides turn the same texts into the same vectors. */
export const embedCommand: DefineCommand = (command, io, done) => {
  addProbeOptions(command)
    .option('--texts <file>', 'one text a line, or corpus (default: five short texts)')
    .option('--reference <folder>', 'a local ONNX model as a third side')
    .option(
      '--distance <name>',
      'how the index compares: cosine, euclidean or dot',
      distanceOf,
      'cosine',
    )
    .option('--results <folder>', 'where the verdict file of the day is written', RECORDS)
    .action(async (flags: EmbedFlags) => {
      const { texts, reference, distance } = flags;
      const requested = {
        probe: 'embed',
        ...(texts === undefined
          ? {}
          : { texts: texts === 'corpus' ? ('corpus' as const) : await readTexts(texts, io.cwd) }),
        ...(reference === undefined ? {} : { reference: resolve(io.cwd, reference) }),
        distance,
      } as const;
      const { results, exitCode } = await runProbe(requested, flags, io);
      for (const { ledgerInput, report } of results) {
        const file = resolve(io.cwd, flags.results, `embed_parity_${ledgerInput.date}.md`);
        const written = await writeNewFile(file, renderMarkdown(report));
        io.stderr(`bench: verdict file ${relative(io.cwd, written)}\n`);
      }
      done(exitCode);
    });
};

function distanceOf(text: string): IndexDistance {
  if (text === 'cosine' || text === 'euclidean' || text === 'dot') return text;
  throw new InvalidArgumentError('expected cosine, euclidean or dot');
}
