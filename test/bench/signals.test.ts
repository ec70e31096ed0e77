import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const LEAVE = new URL('../../bench/printing/leave.ts', import.meta.url).href;

test('a signal that came while the command was loaded interrupts it', () => {
  // Sent in the turn in which the handlers take over: the event loop has not told of it yet.
  const script = `
    const { interruptible } = await import(${JSON.stringify(LEAVE)});
    process.on('SIGTERM', () => process.exit(9));
    process.kill(process.pid, 'SIGTERM');
    const signal = interruptible();
    setTimeout(() => console.log(signal.aborted, process.listenerCount('SIGTERM')), 300);
  `;
  const argv = ['--conditions=source', '--input-type=module', '-e', script];
  const { stdout, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: 'true 1\n', status: 0 });
});
