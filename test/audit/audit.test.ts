import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { auditCommand } from '../../bench/logs/audit.ts';
import { parseMetricLog } from '../../src/audit/metric-log.ts';
import { parsePhaseFile } from '../../src/audit/phase-file.ts';
import { temporaryFolder } from '../record/fixtures.ts';
import { runCommand } from '../support/run-command.ts';

const lines = (...records: string[]): string => records.map((record) => `${record}\n`).join('');

async function auditOf(files: Record<string, string>, ...argv: string[]) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return await runCommand(auditCommand, ['audit', '-o', 'markdown', ...argv], { cwd: folder });
}

const BOTH = ['--expect', 'e', '--actual', 'a'];

test('a metric log keeps the spelling of every figure', () => {
  const log = parseMetricLog(
    Buffer.from('{"phase":2,"metrics":{"a":1.0,"b":{"c":1e-3}}}\n{"metric":"d","value":null}'),
    'log',
  );
  const leaf = (value: unknown, spelling: string) => ({ value, spelling, ambiguous: false });
  expect(log.problems).toEqual([]);
  expect(log.phases).toEqual(
    new Map([
      [
        '2',
        new Map([
          ['a', leaf(1, '1.0')],
          ['b.c', leaf(0.001, '1e-3')],
        ]),
      ],
      ['', new Map([['d', leaf(null, 'null')]])],
    ]),
  );
});

test('a metric log may be one JSON document over several lines', () => {
  const log = parseMetricLog(Buffer.from('{\n  "metrics": {\n    "a": 1\n  }\n}\n'), 'log');
  expect(log.problems).toEqual([]);
  expect(log.phases.get('')?.get('a')?.spelling).toBe('1');
});

test('figures are equal to the byte, within a tolerance, different, or missing on one side', async () => {
  const output = await auditOf(
    {
      e: lines('{"phase":"1","metrics":{"same":1.0,"near":0.5,"far":1,"gone":2,"spelt":1.0}}'),
      a: lines('{"phase":"1","metrics":{"same":1.0,"near":0.5000001,"far":2,"new":3,"spelt":1}}'),
    },
    ...BOTH,
    '--tolerance',
    'near=1e-6',
  );
  expect(output.code).toBe(1);
  expect(output.stdout).toMatchInlineSnapshot(`
    "| phase | metric | check    | status              | expected |    actual | difference | note                           |
    | :---- | :----- | :------- | :------------------ | -------: | --------: | ---------: | :----------------------------- |
    | 1     | far    | required | different           |        1 |         2 |          1 |                                |
    | 1     | gone   | required | missing in actual   |        2 |         – |          – |                                |
    | 1     | near   | required | within tolerance    |      0.5 | 0.5000001 |       1e-7 |                                |
    | 1     | new    | required | missing in expected |        – |         3 |          – |                                |
    | 1     | same   | required | equal               |      1.0 |       1.0 |          0 |                                |
    | 1     | spelt  | required | within tolerance    |      1.0 |         1 |          0 | same number, written otherwise |

    3/6 required checks pass
    "
  `);
});

test('null is equal to null alone', async () => {
  const e = lines('{"metrics":{"a":null,"b":null}}');
  const a = lines('{"metrics":{"a":null,"b":0}}');
  const output = await auditOf({ e, a }, ...BOTH, '--tolerance', '1');
  expect(output.stdout).toContain('1/2 required checks pass');
});

test('a figure given twice with different values never passes', async () => {
  const e = lines('{"metric":"a","value":1}');
  const output = await auditOf({ e, a: e + lines('{"metric":"a","value":2}') }, ...BOTH);
  expect(output.code).toBe(1);
  expect(output.stderr).toContain('a:2: a was given before with another value');
});

test('a torn line fails the audit and is named', async () => {
  const e = lines('{"metric":"a","value":1}');
  const output = await auditOf({ e: `${e}{"metric":"b"`, a: e }, ...BOTH);
  expect(output.code).toBe(1);
  expect(output.stderr).toContain('e:2: no metric record');
});

test('no required check at all is inconclusive', async () => {
  expect((await auditOf({ e: '', a: '' }, ...BOTH)).code).toBe(3);
  expect((await auditOf({}, '--expect', 'e')).code).toBe(2);
  expect((await auditOf({ e: '' }, ...BOTH)).stderr).toContain('a: cannot be read');
});

test('twelve phases: eleven read or run, one skipped with its reason', async () => {
  const shared = [1, 2, 3, 4, 5, 7, 8, 9].map((n) => `{"phase":"${n}","metric":"m","value":${n}}`);
  const print = `console.log('starting'); console.log('{"metric":"loss","value":0.25}')`;
  const phases = {
    schema: 'retrieval-parity/phases@1',
    tolerance: 1e-9,
    phases: [
      { phase: 6, skip: 'no GPU on this machine' },
      {
        phase: '10',
        title: 'training',
        expect: { file: 'ten.jsonl' },
        actual: { command: [process.execPath, '-e', print], timeoutMs: 20_000 },
      },
      { phase: '11', expect: { artifact: 'e' }, actual: { artifact: 'a' } },
      { phase: '12', required: false, actual: { command: ['no-such-program-here'] } },
    ],
  };
  const output = await auditOf(
    {
      e: lines(...shared),
      a: lines(...shared),
      'ten.jsonl': lines('{"metric":"loss","value":2.5e-1}'),
      'phases.json': JSON.stringify(phases),
    },
    ...BOTH,
    '--phases',
    'phases.json',
  );
  expect(output.code).toBe(0);
  expect(output.stdout.trimEnd().split('\n').at(-1)).toMatch(
    /^12\/12 required checks pass, 2 skipped: phase 6 \(no GPU on this machine\); phase 12 \(cannot be run: .*ENOENT\)$/,
  );
});

test('a command that fails, and one that never ends, fail their phases and leave no process', async () => {
  const phase = (name: string, script: string, more = {}) => ({
    phase: name,
    actual: { command: [process.execPath, '-e', script], ...more },
  });
  const phases = {
    schema: 'retrieval-parity/phases@1',
    phases: [
      phase('exit', 'process.exit(7)'),
      phase('expected', 'process.exit(7)', { exitCode: 7 }),
      phase('stuck', 'setInterval(() => {}, 1000)', { timeoutMs: 300 }),
    ],
  };
  const output = await auditOf({ 'p.json': JSON.stringify(phases) }, '--phases', 'p.json');
  expect(output.code).toBe(1);
  expect(output.stdout).toContain('1/3 required checks pass');
  expect(output.stdout).toContain('no end after 300 ms');
});

test('a phase file with an unknown key is refused by name', () => {
  const text = '{"schema":"retrieval-parity/phases@1","phases":[{"phase":"1","requird":true}]}';
  expect(() => parsePhaseFile(text, 'p.json')).toThrow('p.json: phases.0: Unrecognized key');
  const twice = '{"schema":"retrieval-parity/phases@1","phases":[{"phase":"1"},{"phase":1}]}';
  expect(() => parsePhaseFile(twice, 'p.json')).toThrow('two phases are named 1');
});
