import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startNullServer } from '../../../src/load/floor/floor.ts';
import { type Check, median, postOf, runScript, table } from '../support.ts';

const run = promisify(execFile);
const AUTOCANNON = 'autocannon@9.0.0';
const ROUNDS = 9;
const SECONDS = 4;
const CONCURRENCY = 10;
const OURS = 'this suite, answers compared byte by byte';

/** Something that sends requests in a closed loop. */
interface Driver {
  readonly name: string;
  /** The least that ours may reach of its throughput. */
  readonly bound?: { readonly what: string; readonly atLeast: number };
  /** Requests a second. */
  readonly measure: () => Promise<number>;
}

await runScript('Closed loop beside autocannon and wrk', async (print) => {
  const folder = await mkdtemp(join(tmpdir(), 'load-tools-'));
  const server = await startNullServer(3000);
  try {
    const autocannon = await installAutocannon(folder);
    const wrk = await installWrk();
    const body = Buffer.from(postOf(200).body ?? []).toString();
    const drivers: Driver[] = [
      { name: OURS, measure: () => ourThroughput(server.url) },
      {
        name: `${AUTOCANNON.replace('@', ' ')}, answers not looked at`,
        bound: { what: 'autocannon', atLeast: 0.95 },
        measure: () => autocannonThroughput(autocannon, server.url, body),
      },
    ];
    if (wrk !== null) {
      drivers.push({
        name: 'wrk, 1 thread',
        bound: { what: 'wrk', atLeast: 0.5 },
        measure: () => wrkThroughput(wrk, folder, server.url, body),
      });
    }
    const rounds: Map<string, number>[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const figures = new Map<string, number>();
      // Each driver comes first, second and last as often: the server and the machine change meanwhile.
      for (let turn = 0; turn < drivers.length; turn++) {
        const driver = drivers[(round + turn) % drivers.length];
        if (driver !== undefined) figures.set(driver.name, await driver.measure());
      }
      // The first round warms up the server and the files.
      if (round > 0) rounds.push(figures);
    }
    const of = (name: string) => rounds.map((figures) => figures.get(name) ?? Number.NaN);
    const ratio = (name: string) =>
      median(of(OURS).map((ours, round) => ours / (of(name)[round] ?? Number.NaN)));
    const rows = drivers.map(({ name }) => [
      name,
      median(of(name)).toFixed(0),
      ratio(name).toFixed(2),
    ]);
    print(
      `200-byte POST, 3 kB JSON answer, ${CONCURRENCY} connections; each driver in a process of its own, ${ROUNDS} rounds of ${SECONDS} s in turn: medians, and the median of the ratios within a round.\n\n` +
        table([['driver', 'requests/s', 'ours over it'], ...rows]),
    );
    if (wrk === null) print('wrk could not be installed here; it is left out.\n');
    return drivers.flatMap(({ name, bound }): Check[] =>
      bound === undefined ? [] : [against(bound.what, ratio(name), bound.atLeast)],
    );
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

async function ourThroughput(url: string): Promise<number> {
  const own = fileURLToPath(import.meta.url);
  const { stdout } = await run(process.execPath, [
    ...process.execArgv,
    join(dirname(own), `closed-loop-child${extname(own)}`),
    ...[url, String(CONCURRENCY), '1000', String(SECONDS * 1000)],
  ]);
  return Number((JSON.parse(stdout) as { throughputPerSecond: number }).throughputPerSecond);
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

function against(name: string, ratio: number, atLeast: number): Check {
  return {
    what: `closed-loop throughput over ${name}`,
    value: ratio.toFixed(2),
    bound: `≥ ${atLeast}`,
    holds: ratio >= atLeast,
  };
}
