import { int8Engine } from '../../src/truth/engines/engines.ts';
import { clustered, numbered, seeded } from './naive.ts';

/** Whether integer products are exact on this processor: on some, sums of pairs saturate, and the engine refuses. */
export const isInt8Exact: boolean = await (async () => {
  const documents = numbered(clustered(seeded(1), 8, 8, 2), 8);
  const engine = int8Engine({ threads: 1, smallWork: 0 });
  try {
    await engine.topK({ documents, queries: documents, kPrime: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await engine.close();
  }
})();
