import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from '../../bench/experiments/support.ts';
import { runMain } from '../golden/run-main.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What makes a command of the README end within seconds; a sweep takes the needs alone. */
const SMALL = [
  'quality.maxNeeds=40',
  'latency.blockPairs=1',
  'latency.requestsPerBlock=20',
  'throughput.slices=1',
  'throughput.requestsPerSlice=20',
].flatMap((set) => ['--set', set]);

/** Command lines of the README that name backends by URL, as arguments. */
async function commandsOfReadme(): Promise<string[][]> {
  const text = await readFile(join(ROOT, 'README.md'), 'utf8');
  const lines = [...text.matchAll(/```[a-z]*\n(.*?)```/gs)].flatMap(([, code = '']) =>
    code.replace(/\\\n\s*/g, ' ').split('\n'),
  );
  return lines.flatMap((line) => {
    const [, words] = /^npm run bench -- (.*)$/.exec(line) ?? [];
    if (words === undefined || !/ '[a-z-]+:/.test(words)) return [];
    return [
      [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    ];
  });
}

describe('commands of the README that name backends', () => {
  let folder = '';
  let commands: string[][] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readme-'));
    commands = await commandsOfReadme();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const commandWith = (...words: readonly string[]): string[] => {
    const found = commands.filter((argv) =>
      words.every((word) => argv.some((own) => own.includes(word))),
    );
    expect(found, words.join(' ')).toHaveLength(1);
    return found[0] ?? [];
  };
  const run = (argv: readonly string[], ...more: readonly string[]) =>
    runMain([...argv, ...SMALL, '-o', 'json', ...more], { cwd: folder });

  it('pgvector in this process: HNSW against exact', async () => {
    const { code, out, err } = await run(commandWith('retrieve', 'pglite:', 'index=hnsw'));
    expect([0, 3], err).toContain(code);
    const { findings } = JSON.parse(out) as {
      findings: { cells: { quality: { metric: string; incumbent: { mean: number } }[] }[] };
    };
    const recall = findings.cells[0]?.quality.find(({ metric }) => metric === 'recall@10');
    expect(recall?.incumbent.mean).toBe(1);
  }, 180_000);

  it('equal recall', async () => {
    const { out, err } = await run(commandWith('--equal-recall'));
    const { findings } = JSON.parse(out) as { findings: { equalRecall?: { target: number } } };
    expect(findings.equalRecall?.target, err).toBe(0.95);
  }, 180_000);

  it('a sweep', async () => {
    const argv = commandWith('sweep');
    const { code, out, err } = await run(argv, '--rounds', '1', '--requests', '10');
    expect(code, err).toBe(0);
    const { findings } = JSON.parse(out) as { findings: { points: object[] } };
    expect(findings.points).toHaveLength(6);
  }, 180_000);

  it.skipIf(!isInstalled('@lancedb/lancedb'))(
    'pgvector against LanceDB (skipped where @lancedb/lancedb is not installed)',
    async () => {
      const { code, err } = await run(commandWith('retrieve', 'pglite:', 'lancedb:'));
      expect([0, 1, 3], err).toContain(code);
    },
    180_000,
  );
});
