/**
 * Does something when this process ends by `process.exit` or of its own accord, however often that is said. Only what
 * is synchronous is done then; a signal without a listener, and SIGKILL, end a process without it.
 */
export function atExit(action: () => void): void {
  if (!process.listeners('exit').includes(action)) process.on('exit', action);
}
