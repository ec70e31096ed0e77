import { connectSide, resolveSide } from '../../src/config/side.ts';
import { InfrastructureError } from '../../src/errors.ts';
import type { Cell, Side } from '../../src/record/types.ts';
import { isDriverUrl } from '../../src/wire/backends.ts';
import { call } from '../../src/wire/call.ts';
import { dialectNames } from '../../src/wire/registry.ts';

/** What a backend was found to be. */
export interface ProbedSide {
  readonly url: string;
  /** The dialect it answers in; null for backends that their URL names. */
  readonly dialect: string | null;
  /** Of search and retrieve, what it has. */
  readonly operations: readonly Cell[];
  readonly embeds: boolean;
  /** What it says of itself. */
  readonly about: string;
}

const TIMEOUTS = { connectMs: 2000, requestMs: 10_000 };
const OPERATIONS: readonly Cell[] = ['search', 'retrieve'];

/**
 * Asks a backend for its health, and one of HTTP for an embedding in each dialect until it answers.
 * @throws UsageError for a URL that names nothing.
 * @throws InfrastructureError where nothing answers, or in no known dialect.
 */
export async function probeSide(
  side: Side,
  url: string,
  cwd: string,
  signal: AbortSignal,
): Promise<ProbedSide> {
  const names = isDriverUrl(url) ? [null] : dialectNames();
  const failures: string[] = [];
  for (const dialect of names) {
    const resolved = resolveSide({ url }, dialect ?? dialectNames()[0] ?? '', cwd);
    const backend = connectSide(resolved, side, TIMEOUTS);
    try {
      const health = await backend.health(signal);
      if (health.kind !== 'ok') {
        failures.push(`${dialect ?? url}: ${health.kind}: ${health.detail}`);
        continue;
      }
      const { operations } = backend.capabilities;
      if (dialect !== null) {
        // The paths of health may be the same in two dialects: those of embed are not.
        const asked = { texts: ['one short text'], kind: 'query' as const };
        const embedded = await call(backend, 'embed', asked, signal);
        if (embedded.kind !== 'ok') {
          failures.push(`${dialect}: embed: ${embedded.kind}: ${embedded.detail}`);
          continue;
        }
      }
      const { service, version } = health.value;
      return {
        url,
        dialect,
        operations: OPERATIONS.filter((name) => operations[name] !== undefined),
        embeds: operations.embed !== undefined,
        about: [service, version].filter((part) => part !== null).join(' ') || backend.label,
      };
    } finally {
      await backend.close();
    }
  }
  throw new InfrastructureError('init-probe', `${side} ${url}: ${failures.join('; ')}`, {
    hint: 'is it running? another wire form is written as a dialect: docs/dialects.md',
  });
}
