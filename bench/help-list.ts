import type { Command } from 'commander';

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
