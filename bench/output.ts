import { type Command, Option } from 'commander';
import type { ReportDocument } from '../src/report/model.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import { renderTerminal } from '../src/report/render/terminal.ts';
import type { Io } from './io.ts';

/** How a report is printed; `--json` is `-o json`. */
export interface OutputFlags {
  readonly output: 'markdown' | 'terminal' | 'json';
  readonly json?: boolean;
}

/** Adds `-o` and `--json` to a command that prints a report. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-o, --output <form>', 'how the report is printed')
        .choices(['markdown', 'terminal', 'json'])
        .default('markdown'),
    )
    .option('--json', 'print figures as JSON: -o json');
}

/** Prints a report in the form that was asked for; `figures` are what JSON holds of it. */
export function printReport(
  report: ReportDocument,
  figures: () => unknown,
  { output, json }: OutputFlags,
  io: Io,
): void {
  if (json === true || output === 'json') io.stdout(`${JSON.stringify(figures())}\n`);
  else if (output === 'markdown') io.stdout(renderMarkdown(report));
  else {
    const isTerminal = io.columns !== undefined;
    io.stdout(
      renderTerminal(report, {
        ...(isTerminal ? { width: io.columns } : {}),
        color: isTerminal && (io.env.NO_COLOR ?? '') === '',
      }),
    );
  }
}
