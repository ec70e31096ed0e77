import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../../src/config/package-root.ts';
import { appendToLog } from '../../../../src/record/append-log.ts';
import { runBench } from '../bench-process.ts';
import { GOLDEN } from '../inputs.ts';
import { complaint } from '../kills/left-behind.ts';
import type { DamagedRecord } from './record.ts';

/** Rows of the published drill that are taken for a record: its head and some runs. */
const DRILL_ROWS = 6;

/** The logs that this suite appends to. */
export const LOG_RECORDS: readonly DamagedRecord[] = [
  {
    name: 'ledger.jsonl',
    isLog: true,
    make: async (path) => {
      for (const run of ['pass', 'drop', 'pass']) {
        await add(['ledger', 'add', join(GOLDEN, run), '--ledger', path], path);
      }
    },
    commands: ['list', 'check', 'expired'].map((command) => [
      ...['ledger', command, '--ledger', 'ledger.jsonl'],
      ...(command === 'list' ? ['-o', 'markdown'] : []),
      ...(command === 'expired' ? ['--run', join(GOLDEN, 'pass')] : []),
    ]),
  },
  {
    name: 'baselines.jsonl',
    isLog: true,
    make: async (path) => {
      for (const run of ['pass', 'drop', 'pass', 'drop']) {
        const argv = ['baseline', 'add', join(GOLDEN, run), '--log', path, '--commit', 'c0ffee'];
        await add(argv, path);
      }
    },
    commands: ['show', 'drift'].map((command) => [
      ...['baseline', command, '--log', 'baselines.jsonl', '-o', 'markdown'],
    ]),
  },
  {
    name: 'drill.jsonl',
    isLog: true,
    make: async (path) => {
      const published = await readFile(join(packageRoot(), 'results', 'drill.jsonl'), 'utf8');
      const rows = published.split('\n').slice(0, DRILL_ROWS);
      const records = rows.map((row) => JSON.parse(row) as object);
      await appendToLog(path, records, { sealed: true });
    },
    commands: [['drill', '--render', '--record', 'drill.jsonl', '-o', 'markdown']],
  },
];

async function add(argv: readonly string[], path: string): Promise<void> {
  const { code, stderr } = await runBench(argv, { cwd: dirname(path) });
  if (code !== 0) throw new Error(`${argv.slice(0, 2).join(' ')}: ${complaint(stderr)}`);
}
