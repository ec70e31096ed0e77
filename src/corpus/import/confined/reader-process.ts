import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importProblem } from '../problem.ts';

/**
 * Starts a process that may read one file, this package and its libraries, and nothing else: no other file, no
 * environment, no program. A library that follows what a foreign file says cannot get further.
 *
 * @throws UsageError for a file whose name has a `*`, which the runtime would take for a pattern
 */
export function readerProcess(path: string, at: string, heapMb: number): ChildProcess {
  const file = resolve(at);
  if (file.includes('*')) {
    throw importProblem('name', path, 'has a * in its path', 'rename it, or copy it elsewhere');
  }
  const extension = extname(fileURLToPath(import.meta.url));
  const readable = [file, realpathSync(file), ...codeFolders().map((folder) => join(folder, '*'))];
  return fork(new URL(`./import-child${extension}`, import.meta.url), {
    execArgv: [
      `--max-old-space-size=${heapMb}`,
      '--disable-warning=ExperimentalWarning',
      '--permission',
      ...[...new Set(readable)].map((one) => `--allow-fs-read=${one}`),
    ],
    env: {},
    serialization: 'advanced',
    // The libraries write their own diagnostics there, and the runtime why it gave up.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Folders of the code that a reader runs: this package, and every `node_modules` where it finds its libraries. */
function codeFolders(): string[] {
  const root = packageFolder(fileURLToPath(import.meta.url));
  const folders = [root];
  for (let at = root; ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(modules)) folders.push(modules, realpathSync(modules));
    if (dirname(at) === at) return folders;
  }
}

/** The folder that holds `src` or `dist/src`. */
function packageFolder(file: string): string {
  const inside = join(sep, 'src', 'corpus', 'import', 'confined');
  return realpathSync(file.slice(0, file.lastIndexOf(inside)).replace(/[/\\]dist$/, ''));
}
