import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from './run.ts';

/** A folder that holds a system of its own, and how a command is run in it. */
export interface Root {
  readonly folder: string;
  /** The command, run in the folder as a user, with `/proc` and `/dev` that are gone with it. */
  readonly within: (command: readonly string[], user?: string) => readonly string[];
}

const PACKAGES = ['postgresql-17-pgvector', 'redis-server', 'mariadb-server', 'libgomp1'];

/**
 * A Debian 13 root with PostgreSQL 17, pgvector, Redis 8 and MariaDB 11.8, made by debootstrap below a folder and
 * kept there: about 90 s and 1.1 GB the first time.
 * @throws Error where this machine cannot make one: not Linux, not root, no debootstrap, no mirror.
 */
export async function debianRoot(cache: string, signal: AbortSignal): Promise<Root> {
  const folder = join(cache, 'trixie');
  const within: Root['within'] = (command, user = 'root') => [
    ...['unshare', '--mount', 'sh', '-c', MOUNTED, 'sh', folder, user, ...command],
  ];
  if (existsSync(folder)) return { folder, within };
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('a Debian root needs Linux, and the user root');
  }
  await mkdir(cache, { recursive: true });
  const log = join(cache, 'trixie.log');
  const partial = `${folder}.partial-${process.pid}`;
  const inPartial = (command: readonly string[]) =>
    within(command).map((part) => (part === folder ? partial : part));
  try {
    await finished(['debootstrap', '--variant=minbase', 'trixie', partial], log, signal);
    // No package may start its server.
    const policy = join(partial, 'usr/sbin/policy-rc.d');
    await writeFile(policy, '#!/bin/sh\nexit 101\n');
    await chmod(policy, 0o755);
    const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...PACKAGES];
    await finished(inPartial(install), log, signal);
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return { folder, within };
}

/**
 * $1: the folder, $2: the user, then the command, which stays one process throughout: a signal reaches it. Mounts
 * end with it, and it ends with this process; that has to be said last, since a change of user takes it back.
 */
const MOUNTED = `root=$1; user=$2; shift 2
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" &&
exec chroot --userspec="$user" "$root" setpriv --pdeathsig KILL "$@"`;
