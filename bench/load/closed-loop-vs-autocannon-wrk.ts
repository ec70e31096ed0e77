import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAnswerBook } from '../../src/load/answers.ts';
import { startNullServer } from '../../src/load/floor/floor.ts';
import { runClosedTrial } from '../../src/load/trial.ts';
import { type Check, median, postOf, runScript, table } from './support.ts';

const run = promisify(execFile);
const AUTOCANNON = 'autocannon@9.0.0';
const ROUNDS = 5;
const SECONDS = 4;
const CONCURRENCY = 10;

await runScript('Closed loop beside autocannon and wrk', async (print) => {
  const folder = await mkdtemp(join(tmpdir(), 'load-tools-'));
  const server = await startNullServer(3000);
  try {
    const autocannon = await installAutocannon(folder);
    const wrk = await installWrk();
    const body = Buffer.from(postOf(200).body ?? []).toString();
    const figures = { ours: [] as number[], autocannon: [] as number[], wrk: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const ours = await ourThroughput(server.url);
      const theirs = await autocannonThroughput(autocannon, server.url, body);
      const native = wrk === null ? null : await wrkThroughput(wrk, folder, server.url, body);
      // The first round warms up the server and the files.
      if (round === 0) continue;
      figures.ours.push(ours);
      figures.autocannon.push(theirs);
      if (native !== null) figures.wrk.push(native);
    }
    const ours = median(figures.ours);
    const rows = [
      ['this suite, answers compared byte by byte', ours.toFixed(0), '1.00'],
      ['autocannon 9.0.0, answers not looked at', ...ratioCells(figures.autocannon, ours)],
    ];
    if (figures.wrk.length > 0) rows.push(['wrk, 1 thread', ...ratioCells(figures.wrk, ours)]);
    print(
      `200-byte POST, 3 kB JSON answer, ${CONCURRENCY} connections, median of ${ROUNDS} rounds of ${SECONDS} s in turn.\n\n` +
        table([['driver', 'requests/s', 'ours over it'], ...rows]),
    );
    const checks = [against('autocannon', ours, figures.autocannon, 0.95)];
    if (figures.wrk.length > 0) checks.push(against('wrk', ours, figures.wrk, 0.5));
    else print('wrk could not be installed here; it is left out.\n');
    return checks;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

async function ourThroughput(url: string): Promise<number> {
  const answers = createAnswerBook();
  const { throughputPerSecond } = await runClosedTrial({
    arm: { url, exchanges: [postOf(200)], answers },
    concurrency: CONCURRENCY,
    durationMs: (SECONDS + 1) * 1000,
    warmUpMs: 1000,
    seed: 1,
  });
  return throughputPerSecond;
}

async function installAutocannon(folder: string): Promise<string> {
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', AUTOCANNON], {
    cwd: folder,
  });
  return join(folder, 'node_modules', 'autocannon', 'autocannon.js');
}

async function autocannonThroughput(script: string, url: string, body: string): Promise<number> {
  const { stdout } = await run(process.execPath, [
    script,
    '--json',
    '--no-progress',
    ...['-c', String(CONCURRENCY), '-d', String(SECONDS), '-m', 'POST'],
    ...['-W', '[', '-c', String(CONCURRENCY), '-d', '1', ']'],
    ...['-H', 'content-type: application/json', '-b', body],
    url,
  ]);
  // The warm-up prints a line of its own before the result.
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const result = JSON.parse(last) as { requests: { average: number }; non2xx: number };
  if (result.non2xx > 0) throw new Error(`autocannon saw ${result.non2xx} failures`);
  return result.requests.average;
}

async function installWrk(): Promise<string | null> {
  for (const attempt of [0, 1]) {
    try {
      const { stdout } = await run('sh', ['-c', 'command -v wrk']);
      return stdout.trim();
    } catch {
      if (attempt === 1) return null;
    }
    await run('sh', ['-c', 'apt-get install -y wrk || sudo -n apt-get install -y wrk']).catch(
      () => {},
    );
  }
  return null;
}

async function wrkThroughput(
  wrk: string,
  folder: string,
  url: string,
  body: string,
): Promise<number> {
  const script = join(folder, 'post.lua');
  await writeFile(
    script,
    `wrk.method = "POST"\nwrk.body = [[${body}]]\nwrk.headers["Content-Type"] = "application/json"\n`,
  );
  const { stdout } = await run(wrk, [
    ...['-t', '1', '-c', String(CONCURRENCY), '-d', `${SECONDS}s`, '-s', script],
    url,
  ]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
}

function ratioCells(theirs: readonly number[], ours: number): [string, string] {
  return [median(theirs).toFixed(0), (ours / median(theirs)).toFixed(2)];
}

function against(name: string, ours: number, theirs: readonly number[], bound: number): Check {
  const ratio = ours / median(theirs);
  return {
    what: `closed-loop throughput over ${name}`,
    value: ratio.toFixed(2),
    bound: `≥ ${bound}`,
    holds: ratio >= bound,
  };
}
