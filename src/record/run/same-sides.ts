import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../../errors.ts';
import type { Side } from '../types.ts';
import type { ManifestInput } from './manifest.ts';

/** What a run says of the backends that it asks. */
type Sides = Pick<ManifestInput, 'backends' | 'dialects' | 'config'>;

/**
 * Requires that a run is gone on with against the backends that it was begun with: half of the answers of one and half
 * of another are those of neither. A backend is known by the URL and the dialect that it was named with, and by
 * what it says of itself; the embedded pair has new ports each time.
 * @throws UsageError that names the side and what differs
 */
export function requireSameSides(folder: string, before: Sides, now: Sides): void {
  for (const side of ['incumbent', 'candidate'] as const) {
    const [known, seen] = [identityOf(before, side), identityOf(now, side)];
    const differing = Object.keys(known).find((key) => !isDeepStrictEqual(known[key], seen[key]));
    if (differing === undefined) continue;
    throw new UsageError(
      'resume-sides',
      `${folder} was begun with another ${side}: ${differing} ${shown(known[differing])}, now ${shown(seen[differing])}`,
      { hint: 'go on with the backends that the run was begun with, or start a new run' },
    );
  }
}

function identityOf({ backends, dialects, config }: Sides, side: Side): Record<string, unknown> {
  const { service, version, model, dimension } = backends[side];
  return {
    url: entryOf(entryOf(config, side), 'url'),
    dialect: dialects[side],
    embedder: entryOf(config, 'embed'),
    service,
    version,
    model,
    dimension,
  };
}

function entryOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return null;
  return (value as Readonly<Record<string, unknown>>)[key] ?? null;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
