import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../../src/config/package-root.ts';
import { cacheFolder } from './cache-folder.ts';
import { finished } from './run.ts';

/*
 * Installs LanceDB in a folder of its own, kept between runs, and links it into node_modules: it weighs 160 MB, and
 * is no development dependency. Its optional packages (models, clients of services) are left out.
 *
 *   npm run lancedb             makes the link; npm ci removes it
 *   npm run lancedb -- --remove
 */

const PACKAGES = [
  '@lancedb/lancedb@0.31.0',
  `@lancedb/lancedb-${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}@0.31.0`,
  // A peer of LanceDB, which takes no later one.
  'apache-arrow@18.1.0',
];
const MOST_MS = 5 * 60_000;

const folder = cacheFolder('lancedb');
const installed = join(folder, 'node_modules/@lancedb/lancedb');
const link = join(packageRoot(), 'node_modules/@lancedb/lancedb');

await rm(link, { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  if (!existsSync(installed)) {
    await mkdir(folder, { recursive: true });
    const flags = ['--no-audit', '--no-fund', '--omit=optional', '--legacy-peer-deps'];
    const npm = ['npm', 'install', ...flags, '--prefix', folder, ...PACKAGES];
    await finished(npm, join(folder, 'npm.log'), AbortSignal.timeout(MOST_MS));
  }
  await mkdir(dirname(link), { recursive: true });
  await symlink(installed, link, 'dir');
}
