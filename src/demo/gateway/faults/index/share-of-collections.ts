import { drawVictims } from '../draw.ts';
import type { FaultHooks, FaultSpec, IndexSettings } from '../types.ts';

/** Changes the index of a share of the collections; one that comes later is hit only where all are. */
export function shareOfCollections(
  { kind, rate, seed }: FaultSpec,
  change: (settings: IndexSettings) => IndexSettings,
): FaultHooks {
  return {
    index: (settings, collection, collections) => {
      const victims = drawVictims(collections.length, rate, seed, kind);
      const position = collections.indexOf(collection);
      return victims.has(position) || rate === 1 ? change(settings) : settings;
    },
  };
}
