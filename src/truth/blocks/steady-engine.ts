import { InfrastructureError } from '../../errors.ts';
import type { ExactEngine } from '../engines/exact-engine.ts';
import { float32Engine } from '../engines/float32-engine.ts';
import { float64Engine } from '../engines/float64-engine.ts';

/** Multiplications from which threads and their library are worth starting: about 0.3 s of plain JavaScript. */
const WORTH_A_THREAD = 3e8;

/**
 * One engine for many searches, so that its threads start once: the fast one for large work, plain
 * float64 for small work and where the library of the fast one cannot be used.
 *
 * @param work multiplications of all searches together
 */
export function steadyEngine(work: number): ExactEngine {
  const plain = float64Engine();
  if (work < WORTH_A_THREAD) return plain;
  const fast = float32Engine();
  let usable = true;
  return {
    name: fast.name,
    close: () => fast.close(),
    topK: async (input) => {
      if (usable) {
        try {
          return await fast.topK(input);
        } catch (error) {
          if (!(error instanceof InfrastructureError && error.code === 'truth.float32')) {
            throw error;
          }
          usable = false;
        }
      }
      return plain.topK(input);
    },
  };
}
