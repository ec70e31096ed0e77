import type { WireReply } from '../../wire/dialect.ts';
import { openWireClient } from '../../wire/http/client.ts';
import { oneLine } from '../../wire/http/detail.ts';
import type { Timeouts } from '../../wire/http/failure.ts';
import type { ProbeAnswer } from '../record/answer.ts';
import type { HealthRecord, HealthSeen, StackService } from '../record/services.ts';
import { answered } from './answered.ts';

/** How services are asked. */
export interface HealthProbeOptions {
  /** Name of the stack, shown in the table. */
  readonly stack: string;
  readonly timeouts: Partial<Timeouts>;
  readonly signal: AbortSignal;
}

/** Asks every service of a stack at once for its health; one that does not answer is an answer too. */
export async function observeHealth(
  services: readonly StackService[],
  options: HealthProbeOptions,
): Promise<HealthRecord> {
  const answers = await Promise.all(services.map((service) => askOne(service, options)));
  options.signal.throwIfAborted();
  return { probe: 'health', stack: options.stack, services, answers };
}

async function askOne(
  { url }: StackService,
  { timeouts, signal }: HealthProbeOptions,
): Promise<ProbeAnswer<HealthSeen>> {
  const { origin, pathname, search } = new URL(url);
  const client = openWireClient({ url: origin, timeouts, connections: 1 });
  try {
    const outcome = await client.sendWire(
      [{ method: 'GET', path: `${pathname}${search}` }],
      signal,
    );
    return answered(outcome, ([reply]) => seenOf(reply));
  } finally {
    await client.close();
  }
}

const HEALTHY = new Set(['ok', 'healthy', 'up', 'pass', 'serving', 'ready', 'true']);

/**
 * A JSON object is healthy by its `status` (ok, healthy, up, pass, serving, ready) or `ok: true`; a text
 * by being, or ending in, one of these words; an empty body by its status alone.
 */
function seenOf(reply: WireReply | undefined): HealthSeen {
  const text = new TextDecoder().decode(reply?.bytes ?? new Uint8Array());
  const object = objectOf(text);
  if (object === null) {
    const said = oneLine(text, 60);
    const lastWord = /(\w+)\W*$/.exec(said)?.[1]?.toLowerCase() ?? '';
    return { healthy: said === '' || HEALTHY.has(lastWord), version: null, said };
  }
  const status = object.status ?? object.ok;
  const version = [object.version, object.build, object.commit, object.git_sha].find(
    (value) => typeof value === 'string' || typeof value === 'number',
  );
  return {
    healthy: HEALTHY.has(String(status).toLowerCase()),
    version: version === undefined ? null : oneLine(String(version), 60),
    said: oneLine(status === undefined ? 'no status' : String(status), 60),
  };
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
