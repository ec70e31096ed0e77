import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tryEach } from '../../bench/experiments/reliability/experiment.ts';
import { closingLine, merged, partsOf } from '../../bench/experiments/reliability/parts.ts';
import { renewed } from '../../bench/experiments/reliability/record.ts';
import {
  reliabilityReport,
  withReliability,
} from '../../bench/experiments/reliability/reliability-report.ts';
import { runPart } from '../../bench/experiments/reliability/run-part.ts';
import { strangeAddressesIn } from '../../bench/experiments/reliability/telemetry.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';

const EXPERIMENTS = new URL('../../bench/experiments/', import.meta.url).pathname;

test.each([
  ['reliability/main.ts', ['--only', 'kils'], '--only kils: unknown; did you mean kills?'],
  ['reliability/main.ts', ['--only', 'disk,kils'], '--only kils: unknown; did you mean kills?'],
  ['reliability/main.ts', ['--onyl', 'kills'], '--onyl: unknown; did you mean only?'],
  ['reliability/main.ts', ['--tries', 'many'], '--tries: many is no whole number from 1 on'],
  ['reliability/main.ts', ['--lanes', '0'], '--lanes: 0 is no whole number from 1 on'],
  ['reliability/main.ts', ['kills'], "Unexpected argument 'kills'"],
  ['gate-speed.ts', ['--needs', '1e3'], '--needs: 1e3 is no whole number from 1 on'],
  ['backends/start.ts', ['--only', 'reddis'], '--only reddis: unknown; did you mean redis?'],
  ['size/growth.ts', ['--rows', '-1'], "Option '--rows' argument is ambiguous"],
])('a mistake in the flags of %s %j is one line, and exit 2', (script, argv, line) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', `${EXPERIMENTS}${script}`, ...argv],
    { encoding: 'utf8' },
  );
  expect([status, stdout, stderr]).toEqual([2, '', `${line}\n`]);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'no child of a script outlives it after %s',
  async (name) => {
    const script = `
    const { spawn } = await import('node:child_process');
    const { endWithUs } = await import('${EXPERIMENTS}end-with-us.ts');
    const child = endWithUs(spawn('sleep', ['600']));
    child.once('spawn', () => process.stdout.write(String(child.pid)));`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    parent.kill(name);
    expect(await once(parent, 'exit')).toEqual([null, name]);
    await expect.poll(() => isGone(Number(pid)), { timeout: 30_000 }).toBe(true);
  },
);

test('a child whose memory is measured ends where its parent was killed', async () => {
  const script = `
    const { spawn } = await import('node:child_process');
    const argv = ['--import', '${EXPERIMENTS}size/report-peak.ts', '-e', 'setInterval(() => {}, 1000)'];
    const env = { ...process.env, RUN_CHILD_OF: String(process.pid) };
    const child = spawn(process.execPath, argv, { env, stdio: 'ignore' });
    child.once('spawn', () => process.stdout.write(String(child.pid)));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script]);
  const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
  parent.kill('SIGKILL');
  await expect.poll(() => isGone(Number(pid)), { timeout: 30_000 }).toBe(true);
});

function isGone(pid: number): boolean {
  try {
    // A process that was killed and that nobody has waited for has a state, and runs no more.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

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

test('tries at once are counted like others', async () => {
  let most = 0;
  let now = 0;
  const result = await tryEach({ ...options, tries: 7, atOnce: 2 }, async (seed) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    return seed % 2 === 0 ? 'even' : null;
  });
  expect([most, result.tries, result.failures.map(({ seed }) => seed)]).toEqual([
    2,
    7,
    [8, 10, 12],
  ]);
});

test('an experiment is parted among processes without a try lost or made twice', () => {
  expect(partsOf({ name: 'a', perProcess: 4 }, 10, 7)).toEqual([
    { name: 'a', tries: 4, seed: 7 },
    { name: 'a', tries: 4, seed: 11 },
    { name: 'a', tries: 2, seed: 15 },
  ]);
  expect(partsOf({ name: 'b' }, 10, 7)).toEqual([{ name: 'b', tries: 10, seed: 7 }]);
  const failures = [{ seed: 9, what: 'x' }];
  expect(
    merged([
      { tries: 4, survived: 3, failed: 1, failures },
      { tries: 6, survived: 6, failed: 0, failures: [] },
    ]),
  ).toEqual({ tries: 10, survived: 9, failed: 1, failures });
});

test('an experiment that comes to no end counts as a try that failed', async () => {
  const { signal } = new AbortController();
  expect(await runPart({ name: 'unknown', tries: 5, seed: 3 }, signal)).toEqual({
    tries: 1,
    survived: 0,
    failed: 1,
    failures: [{ seed: 3, what: 'the experiment itself failed: no experiment unknown' }],
  });
}, 60_000);

test('experiments are counted as the test runner counts tests', () => {
  const held = { tries: 5, failed: 0 };
  expect(closingLine([held, { tries: 5, failed: 2 }, { tries: 0, failed: 0 }, held])).toBe(
    '2 passed, 1 failed, 1 skipped',
  );
});

test('an address beside the loopback is found in a log of system calls', () => {
  const log = [
    '1 connect(3, {sa_family=AF_UNIX, sun_path=""...}, 110) = 0',
    '1 connect(4, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    '2 sendto(5, ""..., 40, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}, 16) = 40',
    '2 connect(6, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = -1',
    '2 connect(6, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
  ].join('\n');
  expect(strangeAddressesIn(log)).toEqual(['8.8.8.8', '2001:db8::1']);
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
  provenance: 'a machine',
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
    schema: 'retrieval-parity/reliability@2' as const,
    experiments: [row('a', 4)],
  };
  const once = withReliability(page, data);
  expect(once).toContain('4 tries, 3 survived, 1 failed. a machine');
  expect(once).toContain('a line \\| was lost');
  expect(once).not.toContain('stale');
  expect(once.endsWith('after\n')).toBe(true);
  expect(withReliability(once, data)).toBe(once);
  expect(() => withReliability('# Page\n', data)).toThrow('no marks');
});

test('rows that were not made together say where and when each was', () => {
  const experiments = [row('a', 4), { ...row('b', 2), provenance: 'another' }, row('c', 1)];
  const report = renderMarkdown(
    reliabilityReport({ schema: 'retrieval-parity/reliability@2', experiments }),
  );
  expect(report).toContain('7 tries, 4 survived, 3 failed. a, c: a machine. b: another');
});
