import { once } from 'node:events';
import { constants } from 'node:fs';
import { UsageError } from '../../../errors.ts';
import { foreignProblem } from './foreign-problem.ts';
import type { ConfinedReply, ConfinedTask } from './protocol.ts';

// A process that reads one file of a foreign format and hands over one block each time it is asked.

async function* replies(task: ConfinedTask): AsyncGenerator<ConfinedReply> {
  switch (task.format) {
    case 'hdf5':
      // The library takes the flags of opening a file from where a confined process may not look.
      Object.assign(process, { binding: () => ({ fs: constants }) });
      yield* (await import('./read-hdf5.ts')).readHdf5(task);
      break;
    case 'parquet':
      yield* (await import('./parquet/read-parquet.ts')).readParquet(task);
      break;
    case 'arrow':
      yield* (await import('./arrow/read-arrow.ts')).readArrow(task);
      break;
  }
  yield { kind: 'end' };
}

function problem(error: unknown, { path, format }: ConfinedTask): ConfinedReply {
  const usage = error instanceof UsageError ? error : foreignProblem(error, path, format);
  return {
    kind: 'problem',
    code: usage.code,
    message: usage.message,
    hint: usage.hint ?? '',
  };
}

async function serve(task: ConfinedTask): Promise<void> {
  try {
    for await (const reply of replies(task)) {
      const asked = once(process, 'message');
      process.send?.(reply);
      if (reply.kind === 'end') break;
      await asked;
    }
  } catch (error) {
    process.send?.(problem(error, task));
  }
}

// Whoever asked is gone: there is nobody to read for.
process.once('disconnect', () => process.exit());
process.once('message', (task: ConfinedTask) => void serve(task));
