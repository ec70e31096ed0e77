import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what experiments fetch is kept between runs, by a name of its own. */
export function cacheFolder(name: string): string {
  const home = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(home, 'retrieval-parity', name);
}
