import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { packageRoot } from '../../../config/package-root.ts';
import { makeFolder } from '../../../disk/make-folder.ts';
import { writeWhole } from '../../../record/files/write-whole.ts';

const extensions = { vector };

/**
 * An empty in-memory database with the vector extension. Initialising one takes seconds, loading a
 * fresh one's files a tenth of that: they are kept beside the installed dependencies, for the exact
 * version that wrote them, and made anew wherever they cannot be read or written.
 */
export async function openDatabase(): Promise<PGlite> {
  const file = await cacheFile();
  const kept = await readFile(file).catch(() => null);
  if (kept !== null) {
    const loaded = await load(kept);
    if (loaded !== null) return loaded;
  }
  const db = await PGlite.create({ extensions });
  await db.exec('CREATE EXTENSION vector');
  const files = await db.dumpDataDir('none');
  await keep(file, Buffer.from(await files.arrayBuffer()));
  return db;
}

/** The database whose files `SqlSession.copyTo` wrote. */
export async function openCopy(file: string): Promise<PGlite> {
  const loadDataDir = new Blob([new Uint8Array(await readFile(file))]);
  return PGlite.create({ extensions, loadDataDir });
}

async function load(files: Buffer): Promise<PGlite | null> {
  try {
    const loadDataDir = new Blob([new Uint8Array(files)]);
    const db = await PGlite.create({ extensions, loadDataDir });
    await db.query("SELECT '[1]'::vector");
    return db;
  } catch {
    return null;
  }
}

async function keep(file: string, files: Buffer): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await writeWhole(file, files);
  } catch {
    // A read-only installation starts slowly each time; nothing else is lost.
  }
}

async function cacheFile(): Promise<string> {
  const versions = await Promise.all(
    ['@electric-sql/pglite', '@electric-sql/pglite-pgvector'].map(versionOf),
  );
  const name = `pglite-${versions.join('-pgvector-')}.tar`;
  return join(packageRoot(), 'node_modules', '.cache', 'retrieval-parity', name);
}

async function versionOf(dependency: string): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve(dependency));
  const folder = entry.slice(0, entry.lastIndexOf(join(...dependency.split('/'))));
  const path = join(folder, dependency, 'package.json');
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
  return version;
}
