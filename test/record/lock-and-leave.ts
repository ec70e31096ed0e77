/** Takes a lock, or two where one has been given to somebody else since, and ends at once: `node lock-and-leave.ts PATH OTHER`. */
import { rmSync, writeFileSync } from 'node:fs';
import { takeLock } from '../../src/disk/file-lock.ts';

const [path = '', other = ''] = process.argv.slice(2);
await takeLock(path);
await takeLock(other);
rmSync(other);
writeFileSync(other, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'theirs' }));
process.exit(130);
