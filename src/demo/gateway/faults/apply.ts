import type { Document, Metadata } from '../../../corpus/types.ts';
import type { Encoder } from '../../../embed/types.ts';
import type { GatewayHit } from '../hit.ts';
import type { EmbedPurpose, FaultHooks, IndexSettings, SearchPlan } from './types.ts';

/** All planted faults as one: each method passes its argument through untouched where none steps in. */
export interface PlantedFaults {
  start(): Promise<void>;
  documents(collection: string, documents: readonly Document[]): readonly Document[];
  embedded(collection: string, documents: readonly Document[]): readonly Document[];
  fields(fields: Metadata, collection: string, id: string): Metadata;
  embed(texts: readonly string[], purpose: EmbedPurpose): Promise<readonly Float32Array[]>;
  index(settings: IndexSettings, collection: string, collections: readonly string[]): IndexSettings;
  plan(plan: SearchPlan): SearchPlan;
  /** The rows of all collections, nearest first, cut to k and as they are answered. */
  answer(found: readonly GatewayHit[], plan: SearchPlan): readonly GatewayHit[];
  /** The outermost wrapper of an exchange; null when no fault asks for one. */
  readonly around: ((request: Request, next: () => Promise<Response>) => Promise<Response>) | null;
  /** Closes the encoders that faults brought; the sound one stays open. */
  close(): Promise<void>;
}

/**
 * Folds the hooks in their order around one encoder. Texts are embedded as they stand on every
 * route, as an embedding service without task prefixes does: a vector that the embed route gives
 * for a text is the vector that the index holds for it.
 */
export function applyFaults(
  faults: readonly FaultHooks[],
  encoder: Encoder,
  folder: string | null = null,
): PlantedFaults {
  const wrappers = faults.flatMap((fault) => (fault.around === undefined ? [] : [fault.around]));
  const brought: Encoder[] = [];
  return {
    async start() {
      for (const fault of faults) {
        if (fault.encoder === undefined) continue;
        brought.push(await fault.encoder(brought.at(-1) ?? encoder, folder));
      }
    },
    documents: (collection, documents) =>
      faults.reduce((rows, fault) => fault.documents?.(collection, rows) ?? rows, documents),
    embedded: (collection, documents) =>
      faults.reduce((rows, fault) => fault.embedded?.(collection, rows) ?? rows, documents),
    fields: (fields, collection, id) =>
      faults.reduce((all, fault) => fault.fields?.(all, collection, id) ?? all, fields),
    async embed(texts, purpose) {
      const seen = faults.reduce((all, fault) => fault.texts?.(all, purpose) ?? all, texts);
      const vectors: readonly Float32Array[] = await (brought.at(-1) ?? encoder).embed(seen, 'raw');
      return faults.reduce((all, fault) => fault.vectors?.(all, texts, purpose) ?? all, vectors);
    },
    index: (settings, collection, collections) =>
      faults.reduce((all, fault) => fault.index?.(all, collection, collections) ?? all, settings),
    plan: (plan) => faults.reduce((all, fault) => fault.plan?.(all) ?? all, plan),
    answer(found, plan) {
      const merged = faults.reduce((rows, fault) => fault.merged?.(rows, plan) ?? rows, found);
      return faults.reduce(
        (rows, fault) => fault.hits?.(rows, plan) ?? rows,
        merged.slice(0, plan.k) as readonly GatewayHit[],
      );
    },
    around:
      wrappers.length === 0
        ? null
        : (request, next) =>
            wrappers.reduceRight<() => Promise<Response>>(
              (inner, wrap) => () => wrap(request, inner),
              next,
            )(),
    close: async () => {
      for (const opened of brought.toReversed()) await opened.close();
    },
  };
}
