import { resolve } from 'node:path';
import { encodeFindings } from '../src/parity/stored-findings.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import { rescoreRun } from '../src/retrieve/rescore-run.ts';
import type { RegisterCommand } from './command.ts';

/** `bench rescore RUN`: every figure again from the observations alone. */
export const rescoreCommand: RegisterCommand = (program, io, done) => {
  program
    .command('rescore')
    .description('derive every figure of a stored run again, from its observations alone')
    .argument('<run>', 'a run folder')
    .option('--swap', 'exchange the sides, with the truth held fixed')
    .option('--json', 'print findings and verdict as JSON')
    .action(async (run: string, options: { readonly swap?: boolean; readonly json?: boolean }) => {
      const rescored = await rescoreRun(resolve(io.cwd, run), { swap: options.swap === true });
      const { findings, verdict, report, reader, equal } = rescored;
      io.stdout(
        options.json === true
          ? `${JSON.stringify({ verdict, findings: encodeFindings(findings) })}\n`
          : renderMarkdown(report),
      );
      for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
      if (equal === true) io.stderr('bench: the tables equal the stored ones to the byte\n');
      if (equal === false) io.stderr('bench: the tables DIFFER from the stored report.md\n');
      done(rescored.exitCode);
    });
};
