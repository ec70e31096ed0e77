import { join } from 'node:path';
import type { Provenance } from '../types.ts';
import { checkedSha256 } from './checked-sha256.ts';
import { runTool } from './run-tool.ts';

/** One file of a package, pinned. */
export interface NpmFile {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly licence: string;
}

/**
 * Fetches packages by name with npm, which checks their integrity, and runs nothing of them.
 * @returns the path and the provenance of each file.
 * @throws InfrastructureError where npm cannot have one; UsageError for bytes other than the pinned ones.
 */
export async function fetchNpmFiles(
  files: readonly NpmFile[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly { readonly path: string; readonly provenance: Provenance }[]> {
  const specs = [...new Set(files.map(({ name, version }) => `${name}@${version}`))];
  const quiet = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps'];
  await runTool('npm', ['install', '--prefix', folder, ...quiet, ...specs], {
    cwd: folder,
    signal,
    wanted: specs.join(', '),
  });
  return await Promise.all(
    files.map(async ({ name, version, file, sha256, licence }) => {
      const path = join(folder, 'node_modules', name, file);
      await checkedSha256(path, sha256, `${name}@${version}`);
      const source = `npm ${name}@${version}`;
      return { path, provenance: { source, licence, file, sha256, date: null } };
    }),
  );
}
