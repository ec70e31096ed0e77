import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unreadableImport } from '../problem.ts';

/** How deep folders are looked into: a split in a folder of its own, in a data set's folder. */
const MOST_DEPTH = 4;

/**
 * The files of a folder and of the folders in it, by their paths from there on with `/`, in the order of their
 * names; numbers in names count as numbers, so that shard 10 follows shard 9. Hidden ones are left out.
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (way: string, depth: number): Promise<void> => {
    const path = join(folder, way);
    const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
      throw unreadableImport(path, cause);
    });
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const inner = way === '' ? entry.name : `${way}/${entry.name}`;
      if (!entry.isDirectory()) found.push(inner);
      else if (depth < MOST_DEPTH) await look(inner, depth + 1);
    }
  };
  await look('', 1);
  return found.sort(byNumbers);
}

/** Text by code units, runs of digits by their value. */
function byNumbers(a: string, b: string): number {
  const one = a.match(/\d+|\D+/g) ?? [];
  const other = b.match(/\d+|\D+/g) ?? [];
  for (const [at, part] of one.entries()) {
    const against = other[at];
    if (against === undefined) return 1;
    if (part === against) continue;
    const isNumber = /^\d/.test(part) && /^\d/.test(against);
    const apart = isNumber ? Number(part) - Number(against) : 0;
    if (apart !== 0) return apart;
    return part < against ? -1 : 1;
  }
  return one.length - other.length;
}
