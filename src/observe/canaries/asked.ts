import type { Collection } from '../../corpus/types.ts';
import type { Cell, Side } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { call } from '../../wire/call.ts';
import type { AskedText } from '../ask.ts';
import { requestFor } from '../ask.ts';
import type { Canary } from './canary.ts';
import { rareValue } from './rare-value.ts';

/** What is asked beforehand of one side. */
export interface CanaryAsk {
  readonly backend: Backend;
  readonly side: Side;
  readonly operation: Cell;
  readonly collection: Collection;
  readonly k: number;
  readonly model: string | null;
  readonly signal: AbortSignal;
}

/** Small requests whose times show a floor. */
const SMALL_REQUESTS = 8;
/** A delayed acknowledgement takes 40 ms; what is slower by more is slow for other reasons. */
const FLOOR_MS = { from: 38, to: 60 };
/** How near to the least time half of the others must be, for it to be a floor and not an engine at work. */
const FLOOR_WIDTH_MS = 6;

/**
 * Asks for one row more than the run will, by a rare value, and for one row several times. What does not answer says
 * nothing here: preflight and the run itself judge it.
 */
export async function askedCanaries(asking: CanaryAsk): Promise<Canary[]> {
  const { collection, k, side } = asking;
  const place = { side, collection: collection.name };
  const sample = collection.documents.find(({ text }) => text.trim() !== '');
  if (sample === undefined) return [];
  const found: Canary[] = [];
  // 11 shows pages of 10, which most defaults are.
  const deep = Math.min(Math.max(k + 1, 11), collection.documents.length);
  const page = await rowsOf(asking, sample, deep);
  if (page !== null && page.count < deep) {
    found.push({ ...place, kind: 'page-limit', asked: deep, got: page.count });
  }
  const rare = rareValue(collection, Math.min(k, 10));
  if (rare !== null) {
    const { field, filter, matching, asked } = rare;
    const wanted = Math.min(k, matching);
    const rows = await rowsOf(asking, { ...asked, filter }, wanted);
    if (rows !== null && rows.count < wanted) {
      const { count: got } = rows;
      found.push({ ...place, kind: 'short-filtered-list', field, matching, asked: wanted, got });
    }
  }
  const latenciesMs: number[] = [];
  for (let at = 0; at < SMALL_REQUESTS; at++) {
    const rows = await rowsOf(asking, sample, 1);
    if (rows === null) break;
    latenciesMs.push(rows.latencyMs);
  }
  const floorMs = floorOf(latenciesMs);
  if (floorMs !== null) found.push({ ...place, kind: 'latency-floor', floorMs });
  return found;
}

/** The least of some times where it is the floor of a delayed acknowledgement; null where it is not. Pure. */
export function floorOf(latenciesMs: readonly number[]): number | null {
  if (latenciesMs.length < SMALL_REQUESTS) return null;
  const floorMs = Math.min(...latenciesMs);
  if (floorMs < FLOOR_MS.from || floorMs > FLOOR_MS.to) return null;
  const near = latenciesMs.filter((latencyMs) => latencyMs - floorMs <= FLOOR_WIDTH_MS);
  return near.length * 2 >= latenciesMs.length ? floorMs : null;
}

async function rowsOf(
  { backend, operation, collection, model, signal }: CanaryAsk,
  document: Pick<AskedText, 'id' | 'text' | 'filter'>,
  k: number,
): Promise<{ readonly count: number; readonly latencyMs: number } | null> {
  const asked = { ...document, collections: [collection.name] };
  const request = requestFor(operation, asked, { k, model });
  const outcome = await call(backend, operation, request, signal);
  if (outcome.kind !== 'ok') return null;
  const { timing, value } = outcome;
  return { count: value.hits.length, latencyMs: timing.endedMs - timing.startedMs };
}
