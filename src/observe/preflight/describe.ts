import { InfrastructureError } from '../../errors.ts';
import type { Backend } from '../../wire/backend.ts';
import { call, placeOf } from '../../wire/call.ts';
import type { OperationName } from '../../wire/capabilities.ts';
import { hintFor } from '../../wire/hints.ts';
import type { CollectionInfo } from '../../wire/operations.ts';
import type { Outcome } from '../../wire/outcome.ts';

/**
 * What a side says of collections; empty where it has no `describe`. A dialect that needs a description before
 * other requests has it from then on.
 * @throws InfrastructureError naming the side and the collection that it could not describe.
 */
export async function describeCollections(
  backend: Backend,
  side: string,
  collections: readonly { readonly name: string }[],
  signal: AbortSignal,
): Promise<Record<string, CollectionInfo>> {
  if (backend.capabilities.operations.describe === undefined) return {};
  const described: [string, CollectionInfo][] = [];
  for (const { name } of collections) {
    const outcome = await call(backend, 'describe', { collection: name }, signal);
    described.push([name, answerOf(outcome, backend, side, 'describe', ` of collection ${name}`)]);
  }
  return Object.fromEntries(described);
}

/**
 * The answer to a request that a run cannot begin without.
 * @throws InfrastructureError that names the side, the place, and what came back.
 */
export function answerOf<Value>(
  outcome: Outcome<Value>,
  backend: Backend,
  side: string,
  operation: OperationName,
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
