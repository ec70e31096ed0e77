import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DebianIndex } from '../sources/debian-index.ts';
import { runningText, stanzasOf } from './stanzas.ts';

/** One binary package with its English description. */
export interface DebianPackage {
  readonly name: string;
  readonly source: string;
  readonly section: string;
  readonly priority: string;
  readonly installedKiB: number | null;
  readonly tags: readonly string[];
  readonly synopsis: string;
  readonly description: string;
}

/** All packages that have a long description, in the order of the index, and how many have none. */
export async function readPackages({
  packages,
  translation,
}: Pick<DebianIndex, 'packages' | 'translation'>): Promise<{
  readonly packages: readonly DebianPackage[];
  readonly withoutDescription: number;
}> {
  const texts = new Map<string, { readonly synopsis: string; readonly description: string }>();
  for await (const fields of stanzasOf(linesOf(translation))) {
    const hash = fields.get('Description-md5');
    const [synopsis = '', ...rest] = (fields.get('Description-en') ?? '').split('\n');
    if (hash !== undefined) texts.set(hash, { synopsis, description: runningText(rest) });
  }
  const read: DebianPackage[] = [];
  let withoutDescription = 0;
  const names = new Set<string>();
  for await (const fields of stanzasOf(linesOf(packages))) {
    const name = fields.get('Package');
    // A package may be there in several versions, with one description: the first is taken.
    if (name === undefined || names.has(name)) continue;
    names.add(name);
    const text = texts.get(fields.get('Description-md5') ?? '');
    if (text === undefined || text.description === '' || text.synopsis === '') {
      withoutDescription += 1;
      continue;
    }
    const size = Number(fields.get('Installed-Size') ?? Number.NaN);
    read.push({
      name,
      // `Source: name (version)` where it differs from the package's own.
      source: (fields.get('Source') ?? name).replace(/ .*$/, ''),
      section: fields.get('Section') ?? 'unknown',
      priority: fields.get('Priority') ?? 'unknown',
      installedKiB: Number.isFinite(size) ? size : null,
      tags: tagsOf(fields.get('Tag') ?? ''),
      ...text,
    });
  }
  return { packages: read, withoutDescription };
}

/** `a::b, c::{d,e}` as single tags. */
export function tagsOf(field: string): readonly string[] {
  const whole = field.replaceAll('\n', ' ');
  return [...whole.matchAll(/([a-z-]+)::(?:\{([^}]*)\}|([^\s,]+))/g)].flatMap(
    ([, facet = '', several, one = '']) =>
      (several === undefined ? [one] : several.split(',')).map((tag) => `${facet}::${tag.trim()}`),
  );
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}
