import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of a user who has never run anything, with the environment that names them. */
export interface FreshFolders extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
  /** An empty folder to work in. */
  readonly cwd: string;
  /** Every file that is left in the home, cache, data and temporary folders. */
  left(): Promise<string[]>;
}

/** Makes such folders; nothing of this process's own setting of the telemetry of onnxruntime is handed on. */
export async function freshFolders(): Promise<FreshFolders> {
  const root = await mkdtemp(join(tmpdir(), 'fresh-'));
  const folder = (name: string) => join(root, 'user', name);
  for (const name of ['home', 'tmp', 'cache', 'data', 'config']) {
    await mkdir(folder(name), { recursive: true });
  }
  const cwd = join(root, 'work');
  await mkdir(cwd);
  const { ORT_DISABLE_TELEMETRY: _ours, ...env } = process.env;
  return {
    env: {
      ...env,
      HOME: folder('home'),
      TMPDIR: folder('tmp'),
      XDG_CACHE_HOME: folder('cache'),
      XDG_DATA_HOME: folder('data'),
      XDG_CONFIG_HOME: folder('config'),
    },
    cwd,
    left: async () => {
      const entries = await readdir(join(root, 'user'), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}
