import { expect, test } from 'vitest';
import { tryEach } from '../../bench/experiments/reliability/experiment.ts';
import { renewed } from '../../bench/experiments/reliability/record.ts';
import { withReliability } from '../../bench/experiments/reliability/reliability-report.ts';

const options = { tries: 3, seed: 7, signal: new AbortController().signal, folder: '' };

test('an experiment counts what survived, and names the seed of what did not', async () => {
  const result = await tryEach(options, async (seed) => {
    if (seed === 8) return 'a line was lost';
    if (seed === 9) throw new Error('no disk');
    return null;
  });
  expect(result).toEqual({
    tries: 3,
    survived: 1,
    failed: 2,
    failures: [
      { seed: 8, what: 'a line was lost' },
      { seed: 9, what: 'the try itself failed: no disk' },
    ],
  });
});

const row = (name: string, tries: number) => ({
  name,
  what: 'w | x',
  tries,
  survived: tries - 1,
  failed: 1,
  failures: [{ seed: 5, what: 'a line | was lost' }],
  seed: 1,
  seconds: 2,
});

test('an experiment made alone renews its row, and rows of removed experiments go', () => {
  const rows = renewed([row('a', 1), row('gone', 1), row('b', 1)], [row('b', 9)], ['b', 'a']);
  expect(rows.map(({ name, tries }) => [name, tries])).toEqual([
    ['b', 9],
    ['a', 1],
  ]);
});

test('the table is written between its marks, again and again to the same bytes', () => {
  const begin =
    '<!-- The table below is generated from results/reliability/reliability.json by bench documents --write. -->';
  const page = `# Page\n\n${begin}\n\nstale\n\n<!-- End of the generated table. -->\n\nafter\n`;
  const data = {
    schema: 'retrieval-parity/reliability@1' as const,
    provenance: 'a machine',
    experiments: [row('a', 4)],
  };
  const once = withReliability(page, data);
  expect(once).toContain('4 tries, 3 survived, 1 failed');
  expect(once).toContain('a line \\| was lost');
  expect(once).not.toContain('stale');
  expect(once.endsWith('after\n')).toBe(true);
  expect(withReliability(once, data)).toBe(once);
  expect(() => withReliability('# Page\n', data)).toThrow('no marks');
});
