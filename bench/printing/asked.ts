import { createInterface } from 'node:readline/promises';
import { UsageError } from '../../src/errors.ts';

/** Where a question is put, and what an interrupt does: a terminal that is asked tells of Ctrl-C by itself. */
interface Asking {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Aborted by `interrupt`. */
  readonly signal: AbortSignal;
  readonly interrupt: () => void;
}

/**
 * Asks somebody at a terminal.
 * @throws UsageError where the input ends instead of an answer (Ctrl-D); the signal's error after Ctrl-C
 */
export async function asked(
  question: string,
  { input, output, signal, interrupt }: Asking,
): Promise<string> {
  const lines = createInterface({ input, output, terminal: true });
  lines.on('SIGINT', interrupt);
  try {
    return await lines.question(question, { signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new UsageError('no-answer', 'a question was left without an answer', {
      hint: 'answer it, or give what it asks for by flags',
      cause,
    });
  } finally {
    lines.close();
  }
}
