import { InfrastructureError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import type { Side } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';
import { placeOf } from '../../wire/call.ts';
import { hintFor } from '../../wire/hints.ts';
import type { Outcome } from '../../wire/outcome.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';

/** An outcome as a probe keeps it; `seen` picks what is kept of the value. */
export function answered<Value, Seen>(
  outcome: Outcome<Value>,
  seen: (value: Value) => Seen,
): ProbeAnswer<Seen> {
  const isOk = outcome.kind === 'ok';
  return {
    outcome: outcome.kind,
    status: outcome.status,
    detail: isOk ? '' : outcome.detail,
    latencyMs: outcome.timing.endedMs - outcome.timing.startedMs,
    value: isOk ? seen(outcome.value) : null,
  };
}

/** Puts the same question to both sides, the incumbent first. */
export async function askBoth<Value, Seen>(
  pair: Pair,
  ask: (backend: Backend) => Promise<Outcome<Value>>,
  seen: (value: Value) => Seen,
): Promise<AnswerPair<Seen>> {
  const incumbent = answered(await ask(pair.incumbent), seen);
  return { incumbent, candidate: answered(await ask(pair.candidate), seen) };
}

/** What both sides said when they were asked for their health. */
export type ServiceDescriptions = Readonly<
  Record<Side, { readonly service: string | null; readonly version: string | null }>
>;

/**
 * Asks both sides for their health before anything is probed.
 * @throws InfrastructureError that names the side that does not answer.
 */
export async function probePreflight(
  pair: Pair,
  signal: AbortSignal,
): Promise<ServiceDescriptions> {
  return {
    incumbent: await healthOf(pair.incumbent, 'incumbent', signal),
    candidate: await healthOf(pair.candidate, 'candidate', signal),
  };
}

async function healthOf(
  backend: Backend,
  side: Side,
  signal: AbortSignal,
): Promise<ServiceDescriptions[Side]> {
  const outcome = await backend.health(signal);
  if (outcome.kind === 'ok') return outcome.value;
  throw new InfrastructureError(
    'preflight',
    `preflight: ${side} ${placeOf(backend, 'health')}: ${outcome.kind}: ${outcome.detail}`,
    {
      hint: hintFor(outcome),
      context: { side, operation: 'health', outcome: outcome.kind },
    },
  );
}
