import { realpath } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../src/errors.ts';
import { plainJson } from '../src/plain-text.ts';
import { writeWhole } from '../src/record/files/write-whole.ts';
import type { ReportDocument } from '../src/report/model.ts';
import { renderHtml } from '../src/report/render/html.ts';
import { renderMarkdown } from '../src/report/render/markdown.ts';
import { renderTerminal, type TerminalOptions } from '../src/report/render/terminal.ts';
import { renderScreen } from '../src/report/screen/render-screen.ts';
import type { Screen } from '../src/report/screen/screen.ts';
import type { Io } from './io.ts';
import { screenOptions } from './screen-options.ts';

/** How a result is printed; `--json` is `-o json`. */
export interface OutputFlags {
  readonly output?: Output;
  readonly json?: boolean;
  readonly full?: boolean;
}

/** A form, and the file that it goes to; null: stdout. */
export interface Output {
  readonly form: 'terminal' | 'markdown' | 'json' | 'html';
  readonly file: string | null;
}

/** One result in every form that it has. */
export interface Printed {
  /** The answer on one screen; null where nothing is judged, and the report is the answer. */
  readonly screen: Screen | null;
  readonly report: ReportDocument;
  /** What JSON holds of it. */
  readonly figures: () => unknown;
  /** The page of its own that it has; absent: its tables and pictures as a page. */
  readonly page?: () => string;
}

const FORMS: Readonly<Record<Output['form'], string>> = {
  terminal: '.txt',
  markdown: '.md',
  json: '.json',
  html: '.html',
};
const TERMINAL: Output = { form: 'terminal', file: null };

/** Adds `-o`, `--full` and `--json` to a command that prints a result, and leaves out a `--json` of its own. */
export function addOutputOptions(
  command: Command,
  { ownJson = false }: { readonly ownJson?: boolean } = {},
): Command {
  const forms = Object.entries(FORMS) as [Output['form'], string][];
  const names = forms.map(([form]) => form).join(', ');
  const endings = forms.map(([, ending]) => ending).join(', ');
  command
    .optionsGroup('Output:')
    .addOption(
      new Option('-o, --output <form>', `${names}; or a file that ends in ${endings}`)
        .default(TERMINAL, 'terminal')
        .argParser((given): Output => {
          const named = forms.find(([form]) => form === given);
          if (named !== undefined) return { form: named[0], file: null };
          const form = forms.find(([, ending]) => extname(given).toLowerCase() === ending)?.[0];
          if (form !== undefined) return { form, file: given };
          throw new InvalidArgumentError(`write ${names}, or a file that ends in ${endings}.`);
        }),
    )
    .option('--full', 'every table of the report, not the answer on one screen');
  if (!ownJson) command.option('--json', 'print figures as JSON: -o json');
  return command.optionsGroup('Options:');
}

/** Whether the answer is shown on one screen. */
export function isScreen({ output = TERMINAL, json, full }: OutputFlags): boolean {
  return json !== true && full !== true && (output.form === 'terminal' || output.file !== null);
}

/** Whether a command that answers in lines of its own shows them: nothing else was asked for. */
export function isInLines(flags: OutputFlags): boolean {
  return isScreen(flags) && (flags.output ?? TERMINAL).file === null;
}

/**
 * Prints a result as asked. Into a file goes all of it, and stdout gets the screen beside.
 * @throws InfrastructureError where the file cannot be written, after all else is printed
 */
export async function printReport(
  printed: Printed,
  { output = TERMINAL, json, full }: OutputFlags,
  io: Io,
): Promise<void> {
  const { form, file } = output;
  const answer = () =>
    printed.screen === null || full === true
      ? textOf(printed, 'terminal', screenOptions(io))
      : renderScreen(printed.screen, screenOptions(io));
  const refused = file === null ? null : await writtenTo(file, textOf(printed, form), io);
  if (json === true) io.stdout(textOf(printed, 'json'));
  else if (file !== null || form === 'terminal') io.stdout(answer());
  else io.stdout(textOf(printed, form));
  if (refused !== null) throw refused.error;
}

/**
 * Makes sure that a result does not go into a file that the command reads.
 * @throws UsageError where it would
 */
export async function requireOther(
  { output }: OutputFlags,
  inputs: readonly string[],
  io: Io,
): Promise<void> {
  const file = output?.file ?? null;
  if (file === null) return;
  const placeOf = (path: string) => realpath(resolve(io.cwd, path)).catch(() => null);
  const place = await placeOf(file);
  if (place === null) return;
  for (const input of inputs) {
    if ((await placeOf(input)) !== place) continue;
    throw new UsageError('usage-output', `-o ${file}: would replace ${input}, which is read`, {
      hint: 'name another file',
    });
  }
}

/** Writes a result into a file. @returns why it could not be: what was measured is shown all the same */
async function writtenTo(
  file: string,
  text: string,
  io: Io,
): Promise<{ readonly error: unknown } | null> {
  const path = resolve(io.cwd, file);
  try {
    await writeWhole(path, Buffer.from(text));
  } catch (error) {
    return { error };
  }
  io.stderr(`bench: written to ${path}\n`);
  return null;
}

function textOf(
  { report, figures, page }: Printed,
  form: Output['form'],
  options: TerminalOptions = {},
): string {
  switch (form) {
    case 'json':
      return `${plainJson(figures())}\n`;
    case 'markdown':
      return renderMarkdown(report);
    case 'terminal':
      return renderTerminal(report, options);
    case 'html':
      return page?.() ?? renderHtml(report);
  }
}
