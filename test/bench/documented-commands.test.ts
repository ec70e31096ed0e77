import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../bench/commands.ts';
import { EXAMPLES, pathsBelow } from '../../bench/examples.ts';
import { runMain } from '../golden/run-main.ts';
import { RUNS } from '../golden/stored-runs.ts';
import { bufferIo } from '../support/buffer-io.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Every command, doing nothing; the flags of those alone that are wanted. */
async function idleProgram(wanted: (name: string) => boolean = () => true): Promise<Command> {
  const program = new Command('bench');
  for (const { commands } of COMMANDS) {
    for (const { name, load } of commands) {
      const command = program.command(name);
      if (wanted(name)) (await load())(command, bufferIo(), () => {});
    }
  }
  const still = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => {});
    for (const below of command.commands) still(below);
  };
  still(program);
  return program;
}

/** Words of a line of a shell; comments end it. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
  const end = words.findIndex((word) => /^(#|&|\||;|>)/.test(word));
  return end < 0 ? words : words.slice(0, end);
}

/** Command lines in the code of a document; those with brackets show a form, and are no commands. */
function commandsOf(text: string): string[] {
  return [...text.matchAll(/```[a-z]*\n(.*?)```/gs)].flatMap(([, code = '']) =>
    code
      .replace(/\\\n\s*/g, ' ')
      .split('\n')
      .flatMap((line) => {
        const [, words] = /(?:^|\s|&& )(?:npm run (?:-s )?bench --|bench) (.*)$/.exec(line) ?? [];
        return words === undefined || /\[|…|\|/.test(words.replace(/#.*/, '')) ? [] : [words];
      }),
  );
}

/** Why a command line cannot be read; null where it can. */
async function mistakeIn(line: string): Promise<string | null> {
  const argv = wordsOf(line).filter((word) => !word.startsWith('--gates.'));
  try {
    const program = await idleProgram((name) => argv.includes(name));
    await program.parseAsync(argv, { from: 'user' });
    return null;
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? null : String(error);
  }
}

const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

describe('commands in documents', () => {
  it.each(documents)('of %s can be read by the program', async (path) => {
    const lines = commandsOf(readFileSync(join(ROOT, path), 'utf8'));
    const mistakes: string[] = [];
    for (const line of lines) {
      const mistake = await mistakeIn(line);
      if (mistake !== null) mistakes.push(`${line}: ${mistake}`);
    }
    expect(mistakes).toEqual([]);
  });

  it('finds some, and sees what is wrong', async () => {
    const all = documents.flatMap((path) => commandsOf(readFileSync(join(ROOT, path), 'utf8')));
    expect(all.length).toBeGreaterThan(40);
    expect(await mistakeIn('retrieve --nope')).toContain("unknown option '--nope'");
    expect(await mistakeIn('nope')).toContain("unknown command 'nope'");
  });
});

describe('examples in the help', () => {
  let program: Command;
  beforeAll(async () => {
    program = await idleProgram();
  });

  it('are two for every command', () => {
    const paths = program.commands.flatMap((command) => pathsBelow(command, command.name()));
    expect(paths.filter((path) => (EXAMPLES[path]?.length ?? 0) < 2)).toEqual([]);
  });

  it.each(Object.entries(EXAMPLES))('of %s can be read by the program', async (path, examples) => {
    const isCommand = program.commands
      .flatMap((command) => pathsBelow(command, command.name()))
      .includes(path);
    for (const [line] of isCommand ? examples : []) {
      expect(line.startsWith(path)).toBe(true);
      expect(await mistakeIn(line)).toBeNull();
    }
  });

  // Those that need nothing but a stored run or the repository; the others need servers or minutes.
  it.each([
    ...['rescore', 'report', 'gate', 'compare', 'explain', 'config', 'completions'],
    ...['corpus hash', 'ledger check', 'documents'],
  ])('of %s run', async (path) => {
    for (const [line] of EXAMPLES[path] ?? []) {
      if (/other|--write|^ledger check$/.test(line)) continue;
      const runs = ['drop', 'pass'].map((name) => join(RUNS, name));
      const argv = wordsOf(line).map((word) =>
        word.startsWith('RUN') ? word.replace('RUN', runs.pop() ?? '') : word,
      );
      const { code, err } = await runMain(argv, { cwd: ROOT });
      expect([line, code, code === 2 ? err : '']).not.toEqual([line, 2, err]);
      expect([0, 1, 3]).toContain(code);
    }
  });
});
