import { existsSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MOST_DEPTH, nestsTooDeep } from '../corpus/files/nesting.ts';
import { repeatedKey } from '../corpus/files/repeated-key.ts';
import { reasonOf } from '../disk/disk-error.ts';
import { expectRegular, readRegular } from '../disk/read-regular.ts';
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
  const bytes = await readRegular(path).catch((cause: unknown) => {
    throw unread(path, cause);
  });
  const text = bytes.toString('utf8');
  if (nestsTooDeep(text)) {
    throw new UsageError(
      'config-json',
      `${path}: lists and objects are nested deeper than ${MOST_DEPTH}`,
      { hint: 'no key needs that many; bench config --schema prints what is allowed' },
    );
  }
  const value = parsed(text, path);
  if (hasProto(value)) {
    throw new UsageError('config-json', `${path}: an object has the key "__proto__"`, {
      hint: 'give it another name: it would be left out without a word',
    });
  }
  const twice = repeatedKey(text, value);
  if (twice === null) return value;
  throw new UsageError(
    'config-json',
    `${path}: an object has the key ${JSON.stringify(twice)} twice`,
    {
      hint: 'keep one of them: the first would be left out without a word',
    },
  );
}

function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes what stands there, which may be a secret; so would the error as a cause.
    const place = placeOfSyntaxError(message(error), text);
    throw new UsageError('config-json', `${path}${place}: not JSON`, {
      hint: 'fix the JSON; bench config --schema prints what is allowed',
    });
  }
}

function unread(path: string, cause: unknown): UsageError {
  return new UsageError('config-json', `${path}: cannot be read: ${reasonOf(cause)}`, {
    hint: 'check that it is a file that may be read',
    cause,
  });
}

async function importModule(path: string): Promise<unknown> {
  await expectRegular(path).catch((cause: unknown) => {
    throw unread(path, cause);
  });
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  } catch (error) {
    const commonJs = error instanceof SyntaxError && /import|export|module/.test(error.message);
    throw new UsageError('config-module', `${path}${lineIn(error, path)}: ${unquoted(error)}`, {
      hint: isMissingPackage(error)
        ? 'install it in this folder (npm install retrieval-parity, for example), or use bench.config.json'
        : commonJs
          ? 'the folder is a CommonJS package: name the file bench.config.mts, or set "type": "module"'
          : 'the file is run by Node itself: only erasable TypeScript syntax, imports with their extension',
      cause: error,
    });
  }
  throw new UsageError('config-module', `${path} has no default export`, {
    hint: 'write: export default defineConfig({ … })',
  });
}

/** Whether the module imports a package that is not installed where it lies. */
function isMissingPackage(error: unknown): boolean {
  const { code, message: said } = Object(error) as { code?: unknown; message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && /^Cannot find package/.test(String(said));
}

/** `:line:column` of the position that the parser names; empty where it names none. */
function placeOfSyntaxError(said: string, text: string): string {
  const position = /at position (\d+)/.exec(said)?.[1];
  if (position === undefined) return /end of JSON/.test(said) ? ', at its end' : '';
  const before = text.slice(0, Number(position)).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** `:line` of a module that an error names; empty where it names none. */
function lineIn(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const name = encodeURI(basename(path)).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${name}(?:\\?[^:\\s]*)?(:\\d+)`).exec(stack)?.[1] ?? '';
}

/** What a parser says, without what it quotes: where quotes are missing, that may be a secret. */
function unquoted(error: unknown): string {
  const said = message(error);
  if (error instanceof ReferenceError) return said.replace(/^\S+ is not/, 'a name is not');
  return error instanceof SyntaxError ? said.replace(/'[^']*'?|"[^"]*"?|\([^)]*\)?/g, '…') : said;
}

function message(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
