import { join, resolve } from 'node:path';
import type { Corpus } from '../../src/corpus/types.ts';
import type { Io } from '../io.ts';

/** Where the truth of a corpus goes: the folder named, or `truth/NAME`. */
export function truthFolderOf({ name }: Corpus, named: string | undefined, io: Io): string {
  return resolve(io.cwd, named ?? join('truth', safeName(name)));
}

/** A corpus may be named anything; a folder may not. */
function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '') || 'corpus';
}
