import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for a script's data that goes away by `await using`; below `SCRATCH`, else the system's temporary folder. */
export async function scratchFolder(
  name: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(process.env.SCRATCH ?? tmpdir(), `retrieval-parity-${name}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
