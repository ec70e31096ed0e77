import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../errors.ts';

const NAMES = [
  'bench.config.ts',
  'bench.config.mts',
  'bench.config.js',
  'bench.config.mjs',
  'bench.config.json',
];

/**
 * Finds and reads the configuration file of a folder, or the one named.
 * @throws UsageError when a named file is missing or a file cannot be read.
 */
export async function loadConfigFile(
  cwd: string,
  named: string | undefined,
): Promise<{ path: string; value: unknown } | null> {
  const path =
    named === undefined
      ? NAMES.map((name) => join(cwd, name)).find((candidate) => existsSync(candidate))
      : resolve(cwd, named);
  if (path === undefined) return null;
  if (!existsSync(path)) {
    throw new UsageError('config-missing', `configuration file not found: ${path}`, {
      hint: 'check the path given to --config',
    });
  }
  return {
    path,
    value: extname(path) === '.json' ? await readJson(path) : await importModule(path),
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError('config-json', `${path}: ${message(error)}`, {
      hint: 'fix the JSON; bench config --schema prints what is allowed',
      cause: error,
    });
  }
}

async function importModule(path: string): Promise<unknown> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  } catch (error) {
    const commonJs = error instanceof SyntaxError && /import|export|module/.test(error.message);
    throw new UsageError('config-module', `${path}: ${message(error)}`, {
      hint: commonJs
        ? 'the folder is a CommonJS package: name the file bench.config.mts, or set "type": "module"'
        : 'the file is run by Node itself: only erasable TypeScript syntax, imports with their extension',
      cause: error,
    });
  }
  throw new UsageError('config-module', `${path} has no default export`, {
    hint: 'write: export default defineConfig({ … })',
  });
}

function message(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
