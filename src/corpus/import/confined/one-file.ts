import fs from 'node:fs';
import { resolve } from 'node:path';

/**
 * Lets this process open one file only from now on, and tells whether anything else was to be opened. A library that
 * is refused by the runtime itself may take that for a file of zeros.
 */
export function onlyFile(path: string): { readonly wasLeft: () => boolean } {
  const own = resolve(path);
  const openSync = fs.openSync;
  let wasLeft = false;
  fs.openSync = (other, ...rest) => {
    if (resolve(String(other)) === own) return openSync(other, ...rest);
    wasLeft = true;
    throw Object.assign(new Error(`EACCES: ${String(other)}`), { code: 'EACCES' });
  };
  return { wasLeft: () => wasLeft };
}
