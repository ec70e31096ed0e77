import { createHash, createHmac } from 'node:crypto';

/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

const SECRET_KEY =
  /token|secret|passw(or)?d|passphrase|authorization|credential|cookie|(api|private|access)[-_]?key/i;
const TOKEN_COUNT = /token/i;

/**
 * A configuration as it may be written down: every value under `headers` and under a key that names a
 * secret becomes `{ redacted, name, saltedHash }`; user names, passwords and secret parameters leave every
 * URL; functions and undefined are dropped.
 * Equal secrets have equal hashes under one salt; a salt that is thrown away makes them impossible to guess.
 */
export function redactConfig(config: unknown, salt: string): JsonValue {
  return redact(config, '', false, salt);
}

function redact(value: unknown, name: string, secret: boolean, salt: string): JsonValue {
  if (value === null || value === undefined || typeof value === 'function') return null;
  if (typeof value === 'object') {
    if (Array.isArray(value)) return value.map((item) => redact(item, name, secret, salt));
    const entries = Object.entries(value).filter(
      ([, inner]) => inner !== undefined && typeof inner !== 'function',
    );
    return Object.fromEntries(
      entries.map(([key, inner]) => [
        key,
        redact(
          inner,
          key,
          secret || key.toLowerCase() === 'headers' || isSecretKey(key, inner),
          salt,
        ),
      ]),
    );
  }
  if (secret) return { redacted: true, name, saltedHash: saltedHash(String(value), salt) };
  if (typeof value === 'string') return stripUrlSecrets(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'boolean' ? value : String(value);
}

function isSecretKey(key: string, value: unknown): boolean {
  if (!SECRET_KEY.test(key) || typeof value === 'boolean' || value === null) return false;
  // `maxTokens: 512` counts tokens; a token itself is never a number.
  return !(typeof value === 'number' && TOKEN_COUNT.test(key));
}

function saltedHash(value: string, salt: string): string {
  return createHmac('sha256', salt).update(value).digest('hex');
}

/** Drops user names, passwords and secret query parameters from every URL within a text; all else stays as it is. */
export function stripUrlSecrets(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, '$1')
    .replace(/([?&;#])([^=&#;\s?]+)=[^&#;\s]*/g, (whole, mark: string, key: string) =>
      SECRET_KEY.test(key) || /^(key|sig|signature|auth|x-amz-signature)$/i.test(key)
        ? `${mark}${key}=redacted`
        : whole,
    );
}

/** sha256 (hex) of a redacted configuration, blind to the salt: the same from run to run for the same configuration. */
export function hashConfig(redacted: JsonValue): string {
  return createHash('sha256')
    .update(canonicalJson(withoutHashes(redacted)))
    .digest('hex');
}

function withoutHashes(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) return value.map(withoutHashes);
  const isRedaction = value.redacted === true && 'saltedHash' in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isRedaction && key === 'saltedHash'))
      .map(([key, inner]) => [key, withoutHashes(inner)]),
  );
}

/** JSON with the keys of every object in order, so that equal values give equal texts. */
function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${entries.join(',')}}`;
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
