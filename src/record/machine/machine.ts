import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import type { Machine } from '../run/manifest.ts';

/** What this machine is: processor, cores that may be used, memory in GiB, platform. */
export function describeMachine(): Machine {
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    platform: `${platform()} ${arch()}`,
  };
}

/** The installed versions of some libraries; those that are not found are left out. */
export async function libraryVersions(names: readonly string[]): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of names) {
    try {
      const path = findPackageJSON(name, import.meta.url);
      if (path === undefined) continue;
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version?: unknown };
      if (typeof version === 'string') versions[name] = version;
    } catch {
      // A library that is not installed has no version.
    }
  }
  return versions;
}
