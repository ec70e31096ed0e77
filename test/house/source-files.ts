import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One TypeScript file of `src` or `bench`; paths are relative to the repository. */
export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** Files of the repository that it imports, statically or when used. */
  readonly imports: readonly string[];
}

/** Every TypeScript file below the folders. */
export function sourceFiles(folders: readonly string[] = ['src', 'bench']): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts') && statSync(join(ROOT, path)).isFile())
      .map((path) => {
        const text = readFileSync(join(ROOT, path), 'utf8');
        return { path, lines: text.split('\n').length - 1, imports: importsOf(path, text) };
      }),
  );
}

function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...found].map(([, target = '']) =>
    posix.normalize(posix.join(posix.dirname(path), target)),
  );
}

/** The room of a file: the folder below `src`, or `bench`; a file straight in `src` is a room by itself. */
export function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.ts$/, '') : top;
}
