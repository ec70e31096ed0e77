import type { ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const living = new Set<ChildProcess>();

/**
 * Ends a child process with this one, whether that exits or a signal ends it. A script that ends in order by a signal
 * goes on doing so.
 */
export function endWithUs<Child extends ChildProcess>(child: Child): Child {
  if (living.size === 0) watch();
  living.add(child);
  child.once('exit', () => {
    living.delete(child);
    if (living.size === 0) unwatch();
  });
  return child;
}

function watch(): void {
  process.on('exit', endAll);
  // First, while a listener for one signal alone is still there.
  for (const name of SIGNALS) process.prependListener(name, onSignal);
}

function unwatch(): void {
  process.off('exit', endAll);
  for (const name of SIGNALS) process.off(name, onSignal);
}

function onSignal(name: NodeJS.Signals): void {
  const isOurs = process.listenerCount(name) === 1;
  endAll();
  if (!isOurs) return;
  unwatch();
  process.kill(process.pid, name);
}

function endAll(): void {
  for (const child of living) child.kill('SIGKILL');
}
