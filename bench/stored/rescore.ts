import { resolve } from 'node:path';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { rescore } from '../../src/rescore.ts';
import type { DefineCommand } from '../command.ts';

/** `bench rescore RUN`: every figure again from the observations alone. */
export const rescoreCommand: DefineCommand = (command, io, done) => {
  command
    .argument('<run>', 'a run folder of any kind')
    .option('--swap', 'exchange the sides, with the truth held fixed')
    .option('--json', 'print findings and verdict as JSON')
    .action(async (run: string, options: { readonly swap?: boolean; readonly json?: boolean }) => {
      const rescored = await rescore(resolve(io.cwd, run), { swap: options.swap === true });
      const { findings, verdict, report, reader, compared, differing } = rescored;
      io.stdout(
        options.json === true
          ? `${JSON.stringify({ verdict, findings })}\n`
          : renderMarkdown(report),
      );
      for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
      if (differing.length > 0) {
        io.stderr(`bench: what was derived DIFFERS from the stored ${differing.join(', ')}\n`);
      } else if (compared.length > 0) {
        io.stderr(`bench: ${compared.join(', ')}: equal to the stored ones to the byte\n`);
      }
      done(rescored.exitCode);
    });
};
