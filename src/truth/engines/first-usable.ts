import { InfrastructureError } from '../../errors.ts';
import type { VectorTable } from '../../record/types.ts';
import type { ExactEngine, ExactIndex, PassedOver } from './exact-engine.ts';
import { float64Engine } from './float64-engine.ts';

/**
 * One engine of several that stays: the first is used until it cannot be started, fails its self-test or
 * fails in its work; then the next one does that work again and what follows. `float64` comes last and always can.
 *
 * @param onPassedOver told of each engine that cannot be used
 */
export function firstUsable(
  engines: readonly (() => ExactEngine)[],
  onPassedOver: (one: PassedOver) => void = () => {},
): ExactEngine {
  const waiting = [...engines, float64Engine];
  let current = takeNext();

  function takeNext(): ExactEngine {
    const open = waiting.shift();
    if (open === undefined)
      throw new Error('the float64 engine needs nothing that could be missing');
    return open();
  }

  async function attempt<T>(work: (engine: ExactEngine) => Promise<T>): Promise<T> {
    for (;;) {
      const engine = current;
      try {
        return await work(engine);
      } catch (error) {
        if (!(error instanceof InfrastructureError) || waiting.length === 0) throw error;
        await engine.close();
        if (engine !== current) continue;
        onPassedOver({ engine: engine.name, why: error.message });
        current = takeNext();
      }
    }
  }

  return {
    get name() {
      return current.name;
    },
    topK: (input) => attempt((engine) => engine.topK(input)),
    open: async (documents) => {
      let held = await attempt(async (engine) => ({
        engine,
        index: await openIndex(engine, documents),
      }));
      return {
        topK: (ask) =>
          attempt(async (engine) => {
            if (held.engine !== engine)
              held = { engine, index: await openIndex(engine, documents) };
            return held.index.topK(ask);
          }),
        close: () => held.index.close(),
      };
    },
    close: () => current.close(),
  };
}

/** A corpus made ready by an engine, or handed to it with each search where it prepares nothing. */
export async function openIndex(engine: ExactEngine, documents: VectorTable): Promise<ExactIndex> {
  const opened = await engine.open?.(documents);
  if (opened !== undefined) return opened;
  return { topK: (ask) => engine.topK({ ...ask, documents }), close: async () => {} };
}
