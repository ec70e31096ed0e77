import fs from 'node:fs';
import { resolve } from 'node:path';

/** Where the HDF5 library looks for filters and formats that it does not know. */
const PLUGINS = /\/lib\/plugin$/;

/**
 * Lets this process open one file only from now on, and tells whether data of another were to be read. A library that
 * is refused by the runtime itself may take that for a file of zeros. What it opens for itself, a folder of plugins or
 * a file for the text of an error, is refused too and tells nothing.
 */
export function onlyFile(path: string): { readonly wasLeft: () => boolean } {
  const own = resolve(path);
  const openSync = fs.openSync;
  let wasLeft = false;
  fs.openSync = (other, flags, ...rest) => {
    if (resolve(String(other)) === own) return openSync(other, flags, ...rest);
    const isMade = typeof flags === 'number' && (flags & fs.constants.O_CREAT) !== 0;
    if (!isMade && !PLUGINS.test(String(other))) wasLeft = true;
    throw Object.assign(new Error(`EACCES: ${String(other)}`), { code: 'EACCES' });
  };
  return { wasLeft: () => wasLeft };
}
