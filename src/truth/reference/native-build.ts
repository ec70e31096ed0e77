import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/** How the installed hnswlib-node was compiled. */
export interface NativeBuild {
  readonly version: string;
  /**
   * `native`: for this machine's processor (`-march=native`); `tuned`: with other instruction sets
   * switched on; `portable`: as npm compiles it; `unknown`: the build left no record.
   */
  readonly kind: 'native' | 'tuned' | 'portable' | 'unknown';
  /** Flags that change the code, in their order: optimisation and instruction sets. */
  readonly flags: readonly string[];
}

/** Where node-gyp's Makefile records the command of each object file. */
const RECORD = 'build/Release/.deps/Release/obj.target/addon/src/addon.o.d';

/** Reads how hnswlib-node was compiled from the record that node-gyp's build left beside it. */
export async function hnswlibBuild(): Promise<NativeBuild> {
  const manifest = findPackageJSON('hnswlib-node', import.meta.url);
  if (manifest === undefined) return { version: 'none', kind: 'unknown', flags: [] };
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version?: unknown };
  const record = await readFile(join(dirname(manifest), RECORD), 'utf8').catch(() => null);
  return { version: String(version), ...(record === null ? UNKNOWN : buildOf(record)) };
}

const UNKNOWN = { kind: 'unknown', flags: [] } as const;

/** The build that a node-gyp record (`cmd_… := compiler arguments`, then what it depends on) speaks of. */
export function buildOf(record: string): Pick<NativeBuild, 'kind' | 'flags'> {
  const [first = ''] = record.split('\n', 1);
  const command = /^cmd_\S+ := (.*)$/.exec(first)?.[1];
  if (command === undefined || !/(^|\s)-c(\s|$)/.test(command)) return UNKNOWN;
  const flags = command.split(/\s+/).filter((word) => CODE_FLAG.test(word));
  if (flags.includes('-march=native') || flags.includes('-mcpu=native')) {
    return { kind: 'native', flags };
  }
  const tuned = flags.some((flag) => /^-m(?!64$|32$)/.test(flag));
  return { kind: tuned ? 'tuned' : 'portable', flags };
}

const CODE_FLAG = /^-(O\w*|m[\w.=+-]+|ffast-math|funroll-loops|flto\S*|fno-\S+)$/;
