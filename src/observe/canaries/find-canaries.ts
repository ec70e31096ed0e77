import { CORPUS_METRICS, type CorpusMetric } from '../../corpus/types.ts';
import type { Side } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import type { Pair } from '../ask.ts';
import type { Fingerprint, PreflightOptions } from '../preflight/preflight.ts';
import { askedCanaries } from './asked.ts';
import type { Canary } from './canary.ts';
import { cutTexts } from './cut-texts.ts';
import { canariesOfDescription } from './described.ts';
import { areEquallyLong } from './equal-lengths.ts';

/** Distances that order vectors of one length alike. */
const ORDERING_ALIKE: ReadonlySet<string> = new Set(CORPUS_METRICS);

/** What is asked, and what the truth of the run is made by; cosine where it is not said. */
export interface CanaryOptions extends PreflightOptions {
  readonly metric: CorpusMetric | undefined;
}

/** The same of one backend. */
interface BackendCanaryOptions extends Omit<CanaryOptions, 'embeds'> {
  readonly embeds: boolean;
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
  const found: Canary[] = [];
  for (const side of ['incumbent', 'candidate'] as const) {
    const embeds = options.embeds.includes(side);
    const of = { name: side, backend: pair[side], fingerprint: fingerprints[side] };
    found.push(...(await canariesOfBackend(of, { ...options, embeds })));
  }
  return found;
}

/** The same of one backend, by the name that warnings call it. */
export async function canariesOfBackend(
  of: { readonly name: string; readonly backend: Backend; readonly fingerprint: Fingerprint },
  options: BackendCanaryOptions,
): Promise<Canary[]> {
  const { name: side, backend, fingerprint } = of;
  const { collections, operations, embeds, k, model, signal, metric = 'cosine' } = options;
  const [operation] = operations;
  const found: Canary[] = [];
  for (const collection of collections) {
    if (signal.aborted) return found;
    const info = fingerprint.collections[collection.name];
    if (info !== undefined) {
      found.push(...canariesOfDescription(side, collection.name, info, metric));
    }
    if (operation !== undefined) {
      const count = info?.count ?? null;
      const asking = { backend, side, operation, collection, count, k, model, signal };
      found.push(...(await askedCanaries(asking)));
    }
  }
  if (embeds && !signal.aborted) {
    found.push(...(await cutTexts({ backend, side, collections, model, signal })));
  }
  return await withOrders(found, () => areEquallyLong(backend, collections, model, signal));
}

/** Other metrics that order alike are marked as such, where the vectors are equally long. */
async function withOrders(canaries: Canary[], areEqual: () => Promise<boolean>): Promise<Canary[]> {
  const mayBeAlike = (canary: Canary) =>
    canary.kind === 'other-metric' && ORDERING_ALIKE.has(canary.distance);
  if (!canaries.some(mayBeAlike) || !(await areEqual())) return canaries;
  return canaries.map((canary) =>
    canary.kind === 'other-metric' && mayBeAlike(canary)
      ? { ...canary, isSameOrder: true }
      : canary,
  );
}
