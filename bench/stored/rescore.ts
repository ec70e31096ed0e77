import { resolve } from 'node:path';
import { rescore } from '../../src/rescore.ts';
import type { DefineCommand } from '../command.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';
import { screenOf } from '../printing/screen-of.ts';
import { pathFrom, programOf } from '../screen-options.ts';

/** `bench rescore RUN`: every figure again from the observations alone. */
export const rescoreCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(command)
    .argument('<run>', 'a run folder of any kind')
    .option('--swap', 'exchange the sides, with the truth held fixed')
    .action(async (run: string, flags: OutputFlags & { readonly swap?: boolean }) => {
      io.endsAtOnce?.();
      const rescored = await rescore(resolve(io.cwd, run), { swap: flags.swap === true });
      const { findings, verdict, report, page, reader, issues, compared, differing } = rescored;
      const words = { run: pathFrom(io.cwd, reader.folder), program: programOf(io) };
      const screen = rescored.screen?.(words) ?? screenOf(report, reader.folder, io);
      await printReport(
        { screen, report, figures: () => ({ verdict, findings }), page },
        flags,
        io,
      );
      for (const issue of issues) io.stderr(`bench: ${issue}\n`);
      if (differing.length > 0) {
        io.stderr(`bench: what was derived DIFFERS from the stored ${differing.join(', ')}\n`);
      } else if (compared.length > 0) {
        io.stderr(`bench: ${compared.join(', ')}: equal to the stored ones to the byte\n`);
      }
      done(rescored.exitCode);
    });
};
