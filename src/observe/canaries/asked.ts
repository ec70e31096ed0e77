import type { Collection } from '../../corpus/types.ts';
import type { Cell } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { call } from '../../wire/call.ts';
import type { AskedText } from '../ask.ts';
import { requestFor } from '../ask.ts';
import type { Canary } from './canary.ts';
import { connectMs } from './connect-time.ts';
import { rareValue } from './rare-value.ts';

/** What is asked beforehand of one side. */
export interface CanaryAsk {
  readonly backend: Backend;
  readonly side: string;
  readonly operation: Cell;
  readonly collection: Collection;
  /** Documents that the side has of the collection; null where it does not say. */
  readonly count: number | null;
  readonly k: number;
  readonly model: string | null;
  readonly signal: AbortSignal;
}

/** Small requests whose times show a floor. */
const SMALL_REQUESTS = 8;
const HEALTH_REQUESTS = 3;
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
  const documents = collection.documents.length;
  const stored = Math.min(asking.count ?? documents, documents);
  const place = { side, collection: collection.name };
  const sample = collection.documents.find(({ text }) => text.trim() !== '');
  if (sample === undefined) return [];
  const found: Canary[] = [];
  // 11 shows pages of 10, which most defaults are.
  const deep = Math.min(Math.max(k + 1, 11), stored);
  const page = deep === 0 ? null : await rowsOf(asking, sample, deep);
  if (page !== null && page.count < deep) {
    found.push({ ...place, kind: 'page-limit', asked: deep, got: page.count });
  }
  const rare = rareValue(collection, Math.min(k, 10));
  if (rare !== null) {
    const { field, filter, matching, asked } = rare;
    const wanted = Math.min(k, matching);
    // Any of the documents that are missing may be among those that match.
    const least = Math.min(wanted, matching - (documents - stored));
    const rows = await rowsOf(asking, { ...asked, filter }, wanted);
    if (rows !== null && rows.count < least) {
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
  const isWhole = latenciesMs.length === SMALL_REQUESTS;
  const isSlow = isWhole && latenciesMs.every((latencyMs) => latencyMs >= FLOOR_MS.from);
  const floorMs = isSlow ? floorOf(latenciesMs, await wayTo(asking)) : null;
  if (floorMs !== null) {
    found.push({ ...place, kind: 'latency-floor', floorMs, healthMs: await healthTime(asking) });
  }
  return found;
}

/** Milliseconds to the server and back; 0 where it is not known. */
async function wayTo({ backend: { http }, signal }: CanaryAsk): Promise<number> {
  return http === undefined ? 0 : ((await connectMs(http.url, signal)) ?? 0);
}

/** The least time of a few health requests; null where none is answered. */
async function healthTime({ backend, signal }: CanaryAsk): Promise<number | null> {
  const timesMs: number[] = [];
  for (let at = 0; at < HEALTH_REQUESTS; at++) {
    const outcome = await backend.health(signal);
    if (outcome.kind === 'ok') timesMs.push(outcome.timing.endedMs - outcome.timing.startedMs);
  }
  return timesMs.length === 0 ? null : Math.min(...timesMs);
}

/**
 * The least of some times where it is the floor of a delayed acknowledgement, the way to the server and back left out;
 * null where it is not. Pure.
 */
export function floorOf(latenciesMs: readonly number[], wayMs = 0): number | null {
  if (latenciesMs.length < SMALL_REQUESTS) return null;
  const floorMs = Math.min(...latenciesMs);
  const ownMs = floorMs - wayMs;
  if (ownMs < FLOOR_MS.from || ownMs > FLOOR_MS.to) return null;
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
