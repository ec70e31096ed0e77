import { BenchError, InfrastructureError } from '../errors.ts';

/** What the codes of the operating system mean, and what can be done. */
const REASONS: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'make room there; what was finished before is whole'],
  EDQUOT: ['the quota is used up', 'make room there; what was finished before is whole'],
  EFBIG: ['the file may not become so large', 'raise the limit on file sizes (ulimit -f)'],
  EROFS: ['the file system is read-only', 'choose a folder that may be written'],
  EACCES: ['permission is denied', 'check the rights of the file and of the folders above it'],
  EPERM: ['the operation is not permitted', 'check the rights of the file and its folder'],
  ENOENT: ['there is no such file or folder', 'check the path; the folder must exist'],
  ENOTDIR: ['a part of the path is no folder', 'check the path'],
  EISDIR: ['it is a folder', 'name a file'],
  ENOTEMPTY: ['the folder is not empty', 'name a folder that does not exist yet'],
  EEXIST: ['it exists already', 'choose another name'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter one'],
  ELOOP: ['its links go round in a circle', 'check the links of the path'],
  EMFILE: ['this process has too many open files', 'raise the limit on open files (ulimit -n)'],
  ENFILE: ['the system has too many open files', 'close other programs'],
  EIO: ['the device failed', 'check the disk; what was finished before may be damaged too'],
  ESTALE: ['the network file system lost it', 'check the mount'],
  ENXIO: ['nobody reads the pipe', 'start what reads it first'],
  EBUSY: [
    'it is in use',
    'end what uses it; a mount point cannot be replaced: name a folder in it',
  ],
  EXDEV: ['it lies on another file system', 'name a place on one file system'],
};

/** Why the operating system refused, in words, with its code. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  if (code === null) return cause instanceof Error ? cause.message : String(cause);
  const [reason] = REASONS[code] ?? [];
  return reason === undefined ? code : `${reason} (${code})`;
}

/**
 * An error of the file system as one line with the path, the reason and what to do. An error that says so already is
 * given back as it is.
 * @param what e.g. `written`
 */
export function diskError(code: string, path: string, what: string, cause: unknown): BenchError {
  if (cause instanceof BenchError) return cause;
  const known = REASONS[codeOf(cause) ?? ''];
  return new InfrastructureError(code, `${path}: cannot be ${what}: ${reasonOf(cause)}`, {
    ...(known === undefined ? {} : { hint: known[1] }),
    context: { path },
    cause,
  });
}

/**
 * An error of the file system that nobody has put into words, as one with the path that the system named; null for
 * any other error.
 */
export function systemError(error: unknown): BenchError | null {
  const code = codeOf(error);
  if (code === null || error instanceof BenchError) return null;
  const { path, syscall } = error as NodeJS.ErrnoException;
  const where = path ?? syscall ?? 'the file system';
  return diskError('file-system', where, path === undefined ? 'done' : 'used', error);
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
