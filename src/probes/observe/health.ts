import { secretBook } from '../../secrets/book.ts';
import { isSecretParameter } from '../../secrets/names.ts';
import { shownUrl } from '../../secrets/urls.ts';
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

/**
 * Asks every service of a stack at once for its health; one that does not answer is an answer too. URLs are recorded
 * without the values of their parameters, and so is what a service says.
 */
export async function observeHealth(
  services: readonly StackService[],
  options: HealthProbeOptions,
): Promise<HealthRecord> {
  const answers = await Promise.all(services.map((service) => askOne(service, options)));
  options.signal.throwIfAborted();
  const shown = services.map((service) => ({ ...service, url: shownUrl(service.url) }));
  return { probe: 'health', stack: options.stack, services: shown, answers };
}

async function askOne(
  { url }: StackService,
  { timeouts, signal }: HealthProbeOptions,
): Promise<ProbeAnswer<HealthSeen>> {
  const { origin, pathname, search, searchParams } = new URL(url);
  const secrets = secretBook();
  for (const [name, value] of searchParams) {
    if (isSecretParameter(name) || value.length >= LONG_VALUE) secrets.learn(name, value);
  }
  const client = openWireClient({
    url: origin,
    timeouts,
    connections: 1,
    maxBodyBytes: LONGEST_REPLY,
  });
  try {
    const outcome = await client.sendWire(
      [{ method: 'GET', path: `${pathname}${search}` }],
      signal,
    );
    return answered(
      'detail' in outcome ? { ...outcome, detail: secrets.hide(outcome.detail) } : outcome,
      ([reply]) => seenOf(secrets.hide(new TextDecoder().decode(reply?.bytes))),
    );
  } finally {
    await client.close();
  }
}

/** A word, or an object with a status in it. */
const LONGEST_REPLY = 1024 * 1024;
/** A parameter as long as this is no setting, whatever its name. */
const LONG_VALUE = 16;
const HEALTHY = new Set(['ok', 'healthy', 'up', 'pass', 'serving', 'ready', 'true']);
/** A text with one of these is no word of health, whatever it ends in: `NOT READY`, `db down, api up`. */
const UNWELL =
  /\b(not|no|never|isn't|un[a-z]+|down|fail[a-z]*|err[a-z]*|degraded|start[a-z]*|stop[a-z]*|shut[a-z]*|drain[a-z]*|disabled|false|until|when|waiting)\b/i;
/** Members that say so when they are false, whatever the status is. */
const FLAGS = ['ok', 'healthy', 'ready', 'up', 'live'] as const;

/**
 * A JSON object is healthy by its `status` (ok, healthy, up, pass, serving, ready) or `ok: true`; a text
 * by being, or ending in, one of these words, and by no word that says otherwise; an empty body by its status alone.
 */
function seenOf(text: string): HealthSeen {
  const object = objectOf(text);
  if (object === null) {
    const reply = oneLine(text, 60);
    const lastWord = /(\w+)\W*$/.exec(reply)?.[1]?.toLowerCase() ?? '';
    const isWell = HEALTHY.has(lastWord) && !UNWELL.test(text);
    return { healthy: text.trim() === '' || isWell, version: null, reply };
  }
  const status = object.status ?? object.ok;
  const version = [object.version, object.build, object.commit, object.git_sha].find(
    (value) => typeof value === 'string' || typeof value === 'number',
  );
  return {
    healthy:
      isWord(status) &&
      HEALTHY.has(String(status).trim().toLowerCase()) &&
      FLAGS.every((flag) => object[flag] !== false),
    version: version === undefined ? null : oneLine(String(version), 60),
    reply: oneLine(status === undefined ? 'no status' : String(status), 60),
  };
}

function isWord(status: unknown): boolean {
  return typeof status === 'string' || typeof status === 'boolean';
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
