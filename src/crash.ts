import { writeSync } from 'node:fs';
import { EXIT } from './errors.ts';
import { plainLine } from './plain-text.ts';
import { withoutUrlSecrets } from './secrets/urls.ts';

/** The variable of the environment that asks for the stack of an unexpected error. */
export const DEBUG_VARIABLE = 'BENCH_DEBUG';

/**
 * Ends this process with one line and exit code 4 for an error that nobody caught, a promise's too: the code of a
 * crash must not be that of a verdict. After an interrupt it ends with 130.
 * @param name who speaks, at the beginning of the line
 */
export function endOnCrash(name: string, signal?: AbortSignal): void {
  process.on('uncaughtException', (error: unknown) => {
    if (signal?.aborted === true) process.exit(EXIT.interrupted);
    sayLast(`${name}: ${unexpectedText(error, process.env)}\n`);
    process.exit(EXIT.infrastructure);
  });
}

/** An error that nobody expected in one line, or with its stack where the environment asks for it. */
export function unexpectedText(
  error: unknown,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (!(error instanceof Error)) return `unexpected: ${plainLine(String(error))}`;
  if (env[DEBUG_VARIABLE]) return `unexpected: ${withoutUrlSecrets(error.stack ?? error.message)}`;
  return `unexpected: ${plainLine(withoutUrlSecrets(`${error.name}: ${error.message}`))} (${DEBUG_VARIABLE}=1 shows where)`;
}

/** Writes to stderr at once; where that is closed or full there is nobody to tell. */
export function sayLast(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // The exit code alone has to say it.
  }
}
