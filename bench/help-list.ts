import type { Command, Option } from 'commander';

/** A list below the help of a command, laid out as its flags are. */
export function helpList(
  command: Command,
  title: string,
  entries: readonly (readonly [name: string, does: string])[],
): string {
  const help = command.createHelp();
  const width = Math.max(...entries.map(([name]) => name.length));
  const lines = entries.map(([name, does]) => help.formatItem(name, width, does, help));
  return `\n${title}\n${lines.join('\n')}\n`;
}

/** What a flag does, with its choices and its default as one types them. */
export function flagText(flag: Option): string {
  const { description, argChoices, defaultValue, defaultValueDescription } = flag;
  const takesValue = flag.required || flag.optional;
  const facts = [
    ...(argChoices === undefined ? [] : [`choices: ${argChoices.join(', ')}`]),
    ...(defaultValue === undefined || !takesValue
      ? []
      : [`default: ${defaultValueDescription ?? String(defaultValue)}`]),
  ];
  return facts.length === 0 ? description : `${description} (${facts.join('; ')})`;
}
