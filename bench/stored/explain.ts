import { resolve } from 'node:path';
import { EXIT, UsageError } from '../../src/errors.ts';
import { explainRun } from '../../src/retrieve/explain-run.ts';
import type { DefineCommand } from '../command.ts';
import { addOutputOptions, type OutputFlags, printReport } from '../output.ts';

interface ExplainFlags extends OutputFlags {
  readonly cell?: string;
  readonly worst: string;
}

/** `bench explain RUN [QUERY]`: why the two sides answer a query differently. */
export const explainCommand: DefineCommand = (command, io, done) => {
  addOutputOptions(command)
    .argument('<run>', 'a run folder')
    .argument('[query]', 'a query id; without it the queries that disagree most are listed')
    .option('--cell <name>', 'search or retrieve (default: every operation of the run)')
    .option('-n, --worst <n>', 'how many queries are listed', '20')
    .action(async (run: string, query: string | undefined, flags: ExplainFlags) => {
      io.endsAtOnce?.();
      const worst = Number(flags.worst);
      if (!Number.isInteger(worst) || worst < 1) {
        throw new UsageError('explain-worst', `--worst ${flags.worst}: expected a whole number`, {
          hint: 'for example --worst 20',
        });
      }
      const { report, issues } = await explainRun(resolve(io.cwd, run), {
        ...(query === undefined ? {} : { query }),
        ...(flags.cell === undefined ? {} : { cell: flags.cell }),
        worst,
      });
      for (const issue of issues) io.stderr(`bench: ${issue}\n`);
      await printReport({ screen: null, report, figures: () => report }, flags, io);
      done(EXIT.pass);
    });
};
