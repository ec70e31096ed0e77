import type { CorpusMetric } from '../../corpus/types.ts';
import type { Side } from '../../record/types.ts';
import type { Pair } from '../ask.ts';
import type { Fingerprint, PreflightOptions } from '../preflight/preflight.ts';
import { askedCanaries } from './asked.ts';
import type { Canary } from './canary.ts';
import { cutTexts } from './cut-texts.ts';
import { canariesOfDescription } from './described.ts';

/** What is asked, and what the truth of the run is made by; cosine where it is not said. */
export interface CanaryOptions extends PreflightOptions {
  readonly metric: CorpusMetric | undefined;
}

/**
 * Looks for what would make a comparison mean less than it seems to, before anything is timed: in what both sides
 * said of their collections, and by some requests of one operation.
 */
export async function findCanaries(
  pair: Pair,
  fingerprints: Readonly<Record<Side, Fingerprint>>,
  options: CanaryOptions,
): Promise<Canary[]> {
  const { collections, operations, embeds, k, model, signal, metric = 'cosine' } = options;
  const [operation] = operations;
  const found: Canary[] = [];
  for (const side of ['incumbent', 'candidate'] as const) {
    const backend = pair[side];
    for (const collection of collections) {
      if (signal.aborted) return found;
      const info = fingerprints[side].collections[collection.name];
      if (info !== undefined) {
        found.push(...canariesOfDescription(side, collection.name, info, metric));
      }
      if (operation !== undefined) {
        const asking = { backend, side, operation, collection, k, model, signal };
        found.push(...(await askedCanaries(asking)));
      }
    }
    const [first] = collections;
    if (first !== undefined && embeds.includes(side)) {
      found.push(...(await cutTexts(backend, side, first, model, signal)));
    }
  }
  return found;
}
