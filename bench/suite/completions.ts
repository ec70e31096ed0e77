// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what looks like a template is of a shell
import { Argument, Command } from 'commander';
import { EXIT } from '../../src/errors.ts';
import type { CommandGroup, DefineCommand } from '../command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** Words that may follow a path of commands. */
interface Words {
  /** Empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly { readonly name: string; readonly summary: string }[];
}

/** `bench completions SHELL`: a script that completes commands and flags. */
export function completionsCommand(groups: readonly CommandGroup[]): DefineCommand {
  return (command, io, done) => {
    command
      .addArgument(new Argument('<shell>', 'which shell it is for').choices(SHELLS))
      .action(async (shell: Shell) => {
        const root = new Command('bench').version('0', '-v, --version');
        for (const { commands } of groups) {
          for (const { name, summary, isHidden = false, load } of commands) {
            if (isHidden) continue;
            const below = root.command(name).description(summary);
            if (name !== command.name()) (await load())(below, io, () => {});
          }
        }
        io.stdout(SCRIPTS[shell](wordsOf(root, '')));
        done(EXIT.pass);
      });
  };
}

function wordsOf(command: Command, path: string): Words[] {
  const help = command.createHelp();
  const flags = help
    .visibleOptions(command)
    .flatMap(({ short, long, description }) =>
      [short, long].flatMap((name) =>
        name === undefined ? [] : [{ name, summary: plain(description) }],
      ),
    );
  const commands = command.commands.map((below) => ({
    name: below.name(),
    summary: plain(below.description()),
  }));
  return [
    { path, commands, flags },
    ...command.commands.flatMap((below) => wordsOf(below, `${path} ${below.name()}`.trim())),
  ];
}

/** One line that needs no quoting within single quotes. */
function plain(text: string): string {
  return text
    .replace(/[\s]+/g, ' ')
    .replace(/['\\:[\]]/g, ' ')
    .trim();
}

/**
 * Cases of a shell script that goes from a command and the next word to the command below it. The variable is not
 * called `path`: zsh ties that name to PATH.
 */
function stepsDown(words: readonly Words[]): string[] {
  return words
    .filter(({ path }) => path !== '')
    .map(({ path }) => `      "${parentOf(path)} ${nameOf(path)}") place="${path}" ;;`);
}

const SCRIPTS: Readonly<Record<Shell, (words: readonly Words[]) => string>> = {
  bash: (words) =>
    [
      '# bash completion of bench: source it from ~/.bashrc',
      '_bench() {',
      '  local current="${COMP_WORDS[COMP_CWORD]}" place="" at word',
      '  for ((at = 1; at < COMP_CWORD; at++)); do',
      '    word="${COMP_WORDS[at]}"',
      '    case "$place $word" in',
      ...stepsDown(words),
      '    esac',
      '  done',
      '  local words=""',
      '  case "$place" in',
      ...words.map(
        ({ path, commands, flags }) => `    "${path}") words="${named(commands, flags)}" ;;`,
      ),
      '  esac',
      '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
      '  if [[ ${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$current")); fi',
      '}',
      'complete -F _bench bench retrieval-parity',
      '',
    ].join('\n'),
  zsh: (words) =>
    [
      '#compdef bench retrieval-parity',
      '# zsh completion of bench: write it to a file _bench in a folder of $fpath',
      '_bench() {',
      '  local place="" word at',
      '  for ((at = 2; at < CURRENT; at++)); do',
      '    word="${words[at]}"',
      '    case "$place $word" in',
      ...stepsDown(words),
      '    esac',
      '  done',
      '  local -a choices',
      '  case "$place" in',
      ...words.map(
        ({ path, commands, flags }) =>
          `    "${path}") choices=(${[...commands, ...flags].map(({ name, summary }) => `'${name}:${summary}'`).join(' ')}) ;;`,
      ),
      '  esac',
      "  _describe 'bench' choices",
      '  _files',
      '}',
      '_bench "$@"',
      '',
    ].join('\n'),
  fish: (words) =>
    [
      '# fish completion of bench: write it to ~/.config/fish/completions/bench.fish',
      'function __bench_path',
      '    set -l words (commandline -opc)',
      '    set -l path ""',
      '    for word in $words[2..]',
      '        switch "$path $word"',
      ...words
        .filter(({ path }) => path !== '')
        .map(
          ({ path }) => `            case "${parentOf(path)} ${nameOf(path)}"; set path "${path}"`,
        ),
      '        end',
      '    end',
      '    test "$path" = "$argv[1]"',
      'end',
      ...words.flatMap(({ path, commands, flags }) => [
        ...commands.map(
          ({ name, summary }) =>
            `complete -c bench -f -n '__bench_path "${path}"' -a ${name} -d '${summary}'`,
        ),
        ...flags.map(
          ({ name, summary }) =>
            `complete -c bench -n '__bench_path "${path}"' ${flagOf(name)} -d '${summary}'`,
        ),
      ]),
      '',
    ].join('\n'),
};

function named(...lists: readonly (readonly { readonly name: string }[])[]): string {
  return lists.flatMap((list) => list.map(({ name }) => name)).join(' ');
}

function flagOf(name: string): string {
  return name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
}

function parentOf(path: string): string {
  return path.split(' ').slice(0, -1).join(' ');
}

function nameOf(path: string): string {
  return path.split(' ').at(-1) ?? '';
}
