import { resolve } from 'node:path';
import { EXIT, UsageError } from '../src/errors.ts';
import { openRun } from '../src/record/open-run.ts';
import type { Cell } from '../src/record/types.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import { explainOne, explainWorst } from '../src/retrieve/explain-run.ts';
import { readRecordedRun } from '../src/retrieve/record/recorded-run.ts';
import type { RegisterCommand } from './command.ts';

interface ExplainFlags {
  readonly cell?: string;
  readonly worst: string;
}

/** `bench explain RUN [QUERY]`: why the two sides answer a query differently. */
export const explainCommand: RegisterCommand = (program, io, done) => {
  program
    .command('explain')
    .description('one query side by side: both lists, the truth, and what moved each document')
    .argument('<run>', 'a run folder')
    .argument('[query]', 'a query id; without it the queries that disagree most are listed')
    .option('--cell <name>', 'search or retrieve (default: every operation of the run)')
    .option('--worst <n>', 'how many queries are listed', '20')
    .action(async (run: string, query: string | undefined, flags: ExplainFlags) => {
      const worst = Number(flags.worst);
      if (!Number.isInteger(worst) || worst < 1) {
        throw new UsageError('explain-worst', `--worst ${flags.worst}: expected a whole number`, {
          hint: 'for example --worst 20',
        });
      }
      const recorded = await readRecordedRun(await openRun(resolve(io.cwd, run)));
      const known = recorded.plan.cells.map(({ cell }) => cell);
      const cells: readonly Cell[] =
        flags.cell === undefined ? known : known.filter((cell) => cell === flags.cell);
      if (cells.length === 0) {
        throw new UsageError('explain-cell', `the run has no operation ${flags.cell}`, {
          hint: `it has ${known.join(' and ')}`,
        });
      }
      const report =
        query === undefined
          ? explainWorst(recorded, cells, worst)
          : await explainOne(recorded, cells, query);
      io.stdout(renderMarkdown(report));
      done(EXIT.pass);
    });
};
