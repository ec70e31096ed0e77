/** Resolves after so many milliseconds, at once where there are none. */
export function wait(durationMs: number): Promise<void> {
  if (!(durationMs > 0)) return Promise.resolve();
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
