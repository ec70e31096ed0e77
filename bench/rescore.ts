import { resolve } from 'node:path';
import { EXIT } from '../src/errors.ts';
import { encodeFindings } from '../src/parity/stored-findings.ts';
import { judgeRun } from '../src/retrieve/judge-run.ts';
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
      const judged = await judgeRun(resolve(io.cwd, run), { swap: options.swap === true });
      const { findings, verdict, report, reader } = judged;
      io.stdout(
        options.json === true
          ? `${JSON.stringify({ verdict, findings: encodeFindings(findings) })}\n`
          : report,
      );
      for (const issue of reader.issues) io.stderr(`bench: ${issue}\n`);
      if (options.swap === true) return done(EXIT.pass);
      if (reader.has('report.md')) {
        const same = (await reader.text('report.md')) === report;
        io.stderr(
          same
            ? 'bench: the tables equal the stored ones to the byte\n'
            : 'bench: the tables DIFFER from the stored report.md\n',
        );
        if (!same) return done(EXIT.fail);
      }
      done(EXIT.pass);
    });
};
