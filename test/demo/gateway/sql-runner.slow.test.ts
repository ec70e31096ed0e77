import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SqlTables } from '../../../src/demo/gateway/go/sql-tables.ts';
import { SqlSession } from '../../../src/demo/gateway/rust/session.ts';
import { SqlRunner } from '../../../src/demo/gateway/sql/runner.ts';

const LIMITS = { maxRows: 100, limitMs: 1500, maxWaiting: 4 };

async function runnerOf(kind: 'rust' | 'go') {
  if (kind === 'go') {
    const tables = new SqlTables(false, LIMITS.maxRows);
    tables.add('workers', [{ id: 'a', text: 'x', metadata: { state: 'IL' } }]);
    const add = async () => tables.add('workers', [{ id: 'b', text: 'y', metadata: {} }]);
    const runner = new SqlRunner({ kind, copyTo: async (file) => tables.copyTo(file), ...LIMITS });
    onTestFinished(() => runner.close());
    return { runner, add };
  }
  const session = await SqlSession.open();
  onTestFinished(() => session.close());
  await session.write("CREATE TABLE workers (doc_id text); INSERT INTO workers VALUES ('a')");
  const add = () => session.write("INSERT INTO workers VALUES ('b')");
  const runner = new SqlRunner({ kind, copyTo: (file) => session.copyTo(file), ...LIMITS });
  onTestFinished(() => runner.close());
  return { runner, add };
}

const RECURSION = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)';
const HOSTILE = {
  rust: [
    'SELECT pg_sleep(1000)',
    `${RECURSION} SELECT count(*) FROM r`,
    'SELECT count(*) FROM generate_series(1, 100000000) a, generate_series(1, 100) b',
    'SELECT * FROM generate_series(1, 3000000)',
    "SELECT string_agg(repeat('x', 1000000), '') FROM generate_series(1, 3000)",
  ],
  go: [
    `${RECURSION} SELECT count(*) FROM r`,
    `${RECURSION} SELECT n FROM r LIMIT 3000000`,
    `WITH t(n) AS (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9)) SELECT count(*) FROM ${Array.from({ length: 20 }, (_, at) => `t t${at}`).join(', ')}`,
    'SELECT length(randomblob(900000000))',
    `${RECURSION} SELECT length(group_concat(hex(randomblob(1000000)))) FROM (SELECT n FROM r LIMIT 3000)`,
  ],
};

describe.each(['rust', 'go'] as const)('SQL of the %s-shaped gateway', (kind) => {
  it('answers, and answers again after each statement that ran for long or took all memory', async () => {
    const { runner, add } = await runnerOf(kind);
    const count = async () => {
      const text = await runner.run('SELECT count(*) AS n FROM workers');
      return JSON.stringify((JSON.parse(text) as { rows: unknown }).rows);
    };
    const one = kind === 'go' ? '[[1]]' : '[{"n":1}]';
    expect(await count()).toBe(one);
    for (const sql of HOSTILE[kind]) {
      await expect(runner.run(sql), sql).rejects.toMatchObject({
        name: 'RefusedRequest',
        status: 400,
      });
      expect(await count()).toBe(one);
    }
    await add();
    runner.changed();
    expect(await count()).toBe(one.replace('1', '2'));
  }, 120_000);

  it('reads no file of this machine', async () => {
    const { runner } = await runnerOf(kind);
    const reading =
      kind === 'rust'
        ? [
            "SELECT pg_read_file('/proc/version')",
            "SELECT pg_read_binary_file('/etc/hostname')",
            "SELECT lo_import('/etc/passwd')",
          ]
        : [
            "SELECT readfile('/etc/passwd')",
            "SELECT load_extension('/lib/x')",
            "SELECT * FROM fsdir('/')",
          ];
    for (const sql of reading) {
      await expect(runner.run(sql), sql).rejects.toMatchObject({ name: 'RefusedRequest' });
    }
  }, 60_000);
});

it('lets only so many statements wait, and leaves no folder behind', async () => {
  const { runner } = await runnerOf('go');
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => runner.run('SELECT 1')));
  expect(results.map(({ status }) => status)).toEqual([
    ...Array(4).fill('fulfilled'),
    'rejected',
    'rejected',
  ]);
  await runner.close();
  const left = (await readdir(tmpdir())).filter((name) =>
    name.startsWith(`retrieval-parity-sql-${process.pid}-`),
  );
  expect(left).toEqual([]);
}, 60_000);
