import { createHmac } from 'node:crypto';
import { isSecretKey } from './names.ts';
import { withoutUrlSecrets } from './urls.ts';

/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * A configuration as it may be written down: every value under `headers` and under a key that names a
 * secret becomes `{ redacted, name, saltedHash }`; user names, passwords and secret parameters leave every
 * URL; functions and undefined are dropped. Below `gates` keys are names of slices: numbers there are margins.
 * Equal secrets have equal hashes under one salt; a salt that is thrown away makes them impossible to guess.
 */
export function redactConfig(config: unknown, salt: string): JsonValue {
  return redact(config, { name: '', secret: false, gates: false }, salt);
}

/** Where a value stands: below which key, whether a key above names a secret, and whether it is one of the gates. */
interface Place {
  readonly name: string;
  readonly secret: boolean;
  readonly gates: boolean;
}

function redact(value: unknown, place: Place, salt: string): JsonValue {
  const { name, gates } = place;
  if (value === null || value === undefined || typeof value === 'function') return null;
  const secret = place.secret && !(gates && typeof value === 'number');
  if (typeof value === 'object') {
    if (Array.isArray(value)) return value.map((item) => redact(item, place, salt));
    const entries = Object.entries(value).filter(
      ([, inner]) => inner !== undefined && typeof inner !== 'function',
    );
    return Object.fromEntries(
      entries.map(([key, inner]) => [
        key,
        redact(
          inner,
          {
            name: key,
            secret: secret || key.toLowerCase() === 'headers' || isSecretKey(key, inner),
            gates: gates || (key === 'gates' && !secret),
          },
          salt,
        ),
      ]),
    );
  }
  if (secret) return { redacted: true, name, saltedHash: saltedHash(String(value), salt) };
  if (typeof value === 'string') return withoutUrlSecrets(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'boolean' ? value : String(value);
}

function saltedHash(value: string, salt: string): string {
  return createHmac('sha256', salt).update(value).digest('hex');
}
