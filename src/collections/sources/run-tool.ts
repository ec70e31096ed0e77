import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { InfrastructureError } from '../../errors.ts';

const MOST_OUTPUT_BYTES = 1 << 24;

/**
 * Runs a program with its arguments as they are, without a shell.
 * @returns what it printed.
 * @throws InfrastructureError with the end of what it said where it cannot be run or fails; the signal's reason.
 */
export async function runTool(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal: AbortSignal; readonly wanted: string },
): Promise<string> {
  const { cwd, signal, wanted } = options;
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd,
      signal,
      maxBuffer: MOST_OUTPUT_BYTES,
    });
    return stdout;
  } catch (cause) {
    signal.throwIfAborted();
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    const lines = (stderr ?? '').split('\n').filter((line) => line.trim() !== '');
    const why = code === 'ENOENT' ? `there is no ${program} here` : (lines.at(-1) ?? String(code));
    throw new InfrastructureError('collection-source', `${wanted}: cannot be had: ${why}`, {
      hint: `it is fetched by ${program}: check that ${program} reaches its registry`,
      cause,
    });
  }
}
