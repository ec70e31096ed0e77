import type { Document } from '../../corpus/types.ts';
import type { Encoder } from '../../embed/types.ts';
import type { GatewayHit } from '../hit.ts';
import type { EmbedPurpose, FaultHooks, IndexSettings, SearchPlan } from './types.ts';

/** All planted faults as one: each method passes its argument through untouched where none steps in. */
export interface PlantedFaults {
  start(): Promise<void>;
  documents(collection: string, documents: readonly Document[]): readonly Document[];
  embed(texts: readonly string[], purpose: EmbedPurpose): Promise<readonly Float32Array[]>;
  index(settings: IndexSettings): IndexSettings;
  plan(plan: SearchPlan): SearchPlan;
  hits(hits: readonly GatewayHit[], plan: SearchPlan): readonly GatewayHit[];
  /** The outermost wrapper of an exchange; null when no fault asks for one. */
  readonly around: ((request: Request, next: () => Promise<Response>) => Promise<Response>) | null;
}

/**
 * Folds the hooks in their order around one encoder. Texts are embedded as they stand on every
 * route, as an embedding service without task prefixes does: a vector that the embed route gives
 * for a text is the vector that the index holds for it.
 */
export function applyFaults(faults: readonly FaultHooks[], encoder: Encoder): PlantedFaults {
  const wrappers = faults.flatMap((fault) => (fault.around === undefined ? [] : [fault.around]));
  return {
    async start() {
      for (const fault of faults) await fault.start?.();
    },
    documents: (collection, documents) =>
      faults.reduce((rows, fault) => fault.documents?.(collection, rows) ?? rows, documents),
    async embed(texts, purpose) {
      const seen = faults.reduce((all, fault) => fault.texts?.(all, purpose) ?? all, texts);
      const vectors: readonly Float32Array[] = await encoder.embed(seen, 'raw');
      return faults.reduce((all, fault) => fault.vectors?.(all, texts, purpose) ?? all, vectors);
    },
    index: (settings) => faults.reduce((all, fault) => fault.index?.(all) ?? all, settings),
    plan: (plan) => faults.reduce((all, fault) => fault.plan?.(all) ?? all, plan),
    hits: (hits, plan) => faults.reduce((rows, fault) => fault.hits?.(rows, plan) ?? rows, hits),
    around:
      wrappers.length === 0
        ? null
        : (request, next) =>
            wrappers.reduceRight<() => Promise<Response>>(
              (inner, wrap) => () => wrap(request, inner),
              next,
            )(),
  };
}
