import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runBench } from './bench-process.ts';
import { type Experiment, tryEach } from './experiment.ts';
import { ENCODER, filesBelow, makeSmallCorpus } from './inputs.ts';
import { complaint } from './kills/left-behind.ts';
import { loadSubject, sweepSubject } from './kills/other-subjects.ts';
import { retrieveSubject } from './kills/retrieve-subject.ts';

/** Commands that load onnxruntime in this process, its threads or its children. */
const COMMANDS: readonly (readonly string[])[] = [
  retrieveSubject.argv,
  loadSubject.argv,
  ['truth', 'small', '--encoder', ENCODER, '--out', 'truth'],
  sweepSubject.argv,
  ['embed', '--corpus', 'small'],
  ['drift', '--corpus', 'small'],
];

/** What programs and libraries take for places of their own. */
const PLACES = [
  'HOME',
  'TMPDIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
];
/** Addresses of the internet in the arguments of a system call. */
const ADDRESS = /sa_family=AF_INET6?,.*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")/g;
const CALLS = 'trace=connect,sendto,sendmsg,sendmmsg';

/** A run keeps nothing of its user and tells nobody: neither files beside its folder, nor connections beside its backends. */
export const telemetry: Experiment = {
  name: 'telemetry',
  tries:
    'commands that load onnxruntime run with empty folders for home, cache and temporary files, under strace where it is installed: nothing is left in these folders, and no address but the loopback is connected to or sent to',
  count: { full: COMMANDS.length, short: 2 },
  run: async (options) => {
    const inputs = join(options.folder, 'inputs');
    await makeSmallCorpus(inputs);
    const tries = Math.min(options.tries, COMMANDS.length);
    const canTrace = isTraceable();
    return await tryEach({ ...options, tries }, async (seed) => {
      const argv = COMMANDS[(seed - 1) % COMMANDS.length] ?? [];
      const cwd = join(options.folder, `try-${seed}`);
      await cp(inputs, cwd, { recursive: true });
      const own = join(options.folder, `own-${seed}`);
      const env = Object.fromEntries(PLACES.map((name) => [name, join(own, name)]));
      for (const path of Object.values(env)) await mkdir(path, { recursive: true });
      const log = join(options.folder, `calls-${seed}`);
      const strace = ['strace', '-f', '--seccomp-bpf', '-qq', '-s', '0', '-e', CALLS, '-o', log];
      const { code, stderr } = await runBench(argv, {
        cwd,
        // Node's own cache of compiled code has a folder of its own.
        env: {
          ...env,
          NODE_COMPILE_CACHE: join(options.folder, 'compiled'),
          // This process has loaded the suite, which has set it.
          ORT_DISABLE_TELEMETRY: undefined,
        },
        under: canTrace ? strace : [],
      });
      const what = argv.slice(0, 2).join(' ');
      if (![0, 1, 3].includes(code ?? -1))
        return `${what} ended with ${code}: ${complaint(stderr)}`;
      const left = (await filesBelow(own)).map((path) => relative(own, path));
      if (left.length > 0) return `${what}: left ${left.join(', ')}`;
      const strange = canTrace ? strangeAddressesIn(await readFile(log, 'utf8')) : [];
      return strange.length === 0 ? null : `${what}: spoke to ${strange.join(', ')}`;
    });
  },
};

/** Whether system calls can be logged here. */
function isTraceable(): boolean {
  try {
    execFileSync('strace', ['-f', '--seccomp-bpf', '-qq', '-e', CALLS, 'true'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Addresses beside the loopback that system calls name. */
export function strangeAddressesIn(log: string): string[] {
  const addresses = [...log.matchAll(ADDRESS)].map(([, four, six]) => four ?? six ?? '');
  return [...new Set(addresses)].filter((address) => !/^(127\.|::1$|::ffff:127\.)/.test(address));
}
