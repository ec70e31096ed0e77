import { expect, it } from 'vitest';
import { COMMANDS } from '../../bench/commands.ts';
import { displayWidth } from '../../src/report/layout/display-width.ts';
import { expectGolden } from './expect-golden.ts';
import { runMain, transcript } from './run-main.ts';

/** The help of a command and of all commands below it. */
async function helpOf(path: readonly string[]): Promise<string> {
  const argv = [...path, '--help'];
  const said = await runMain(argv, {});
  const [, listed = ''] = said.out.split('\nCommands:\n');
  const names =
    path.length === 0
      ? COMMANDS.flatMap(({ commands }) =>
          commands.filter(({ isHidden }) => isHidden !== true),
        ).map(({ name }) => name)
      : [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
  const below: string[] = [];
  for (const name of names.filter((command) => command !== 'help')) {
    below.push(await helpOf([...path, name]));
  }
  return [transcript(argv, said), ...below].join('\n');
}

it('the help of every command', async () => {
  const help = await helpOf([]);
  await expectGolden('help.txt', help);
  expect(help.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
});
