import { InfrastructureError } from '../errors.ts';
import type { Side } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { call, placeOf } from '../wire/call.ts';
import { hintFor } from '../wire/hints.ts';
import type { Outcome } from '../wire/outcome.ts';
import type { Pair } from './ask.ts';

/** What a backend said of itself before measuring began. */
export interface Fingerprint {
  readonly service: string | null;
  readonly version: string | null;
  readonly model: string | null;
  readonly dimension: number;
}

const CANARY = 'parity canary';

/**
 * Asks both sides for health, one embedding and one search in every collection, before anything is timed.
 * @throws InfrastructureError that names the side, its URL, the endpoint and what came back.
 */
export async function preflight(
  pair: Pair,
  options: {
    readonly collections: readonly string[];
    readonly model: string | null;
    readonly signal: AbortSignal;
  },
): Promise<Record<Side, Fingerprint>> {
  const incumbent = await preflightSide(pair.incumbent, 'incumbent', options);
  const candidate = await preflightSide(pair.candidate, 'candidate', options);
  return { incumbent, candidate };
}

async function preflightSide(
  backend: Backend,
  side: Side,
  options: Parameters<typeof preflight>[1],
): Promise<Fingerprint> {
  const health = must(await backend.health(options.signal), backend, side, 'health');
  const model = options.model === null ? {} : { model: options.model };
  const embedded = must(
    await call(backend, 'embed', { texts: [CANARY], kind: 'query', ...model }, options.signal),
    backend,
    side,
    'embed',
  );
  for (const collection of options.collections) {
    const at = ` of collection ${collection}`;
    const request = { text: CANARY, k: 1, ...model };
    must(
      await call(backend, 'search', { collection, ...request }, options.signal),
      backend,
      side,
      'search',
      at,
    );
    must(
      await call(backend, 'retrieve', { collections: [collection], ...request }, options.signal),
      backend,
      side,
      'retrieve',
      at,
    );
  }
  return {
    service: health.service,
    version: health.version,
    model: embedded.model,
    dimension: embedded.dimension,
  };
}

function must<Value>(
  outcome: Outcome<Value>,
  backend: Backend,
  side: Side,
  operation: 'health' | 'embed' | 'search' | 'retrieve',
  at = '',
): Value {
  if (outcome.kind === 'ok') return outcome.value;
  const status = outcome.status === null ? '' : ` ${outcome.status}`;
  throw new InfrastructureError(
    'preflight',
    `preflight: ${side} ${placeOf(backend, operation)}${at}: ${outcome.kind}${status}: ${outcome.detail}`,
    { hint: hintFor(outcome), context: { side, operation, outcome: outcome.kind } },
  );
}
