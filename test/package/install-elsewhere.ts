import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Packs the project, installs the package into an empty folder and runs it there as a user would.
const folder = mkdtempSync(join(tmpdir(), 'installed-'));
const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
try {
  run('npm', ['pack', '--pack-destination', folder], process.cwd());
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no package');
  writeFileSync(
    join(folder, 'package.json'),
    '{"name":"elsewhere","private":true,"type":"module"}',
  );
  run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], folder);
  writeFileSync(
    join(folder, 'bench.config.ts'),
    "import { defineConfig, goLakehouse } from 'retrieval-parity';\n" +
      'export default defineConfig({ candidate: { dialect: goLakehouse() }, k: 5 });\n',
  );
  const main = join(folder, 'node_modules/retrieval-parity/dist/bench/main.js');
  const result = spawnSync(process.execPath, [main, 'retrieve', '--quick', '-o', 'markdown'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (result.status !== 3 || !result.stdout.includes('k = 5')) {
    throw new Error(
      `the installed package ended with ${result.status}, expected 3\n${result.stdout}`,
    );
  }
  const types = run(
    process.execPath,
    ['-e', "import('retrieval-parity').then((m) => console.log(typeof m.judgeRun))"],
    folder,
  );
  if (types.trim() !== 'function') throw new Error('the library does not load');
  process.stdout.write('the package installs and runs elsewhere\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
