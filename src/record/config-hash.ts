import { createHash } from 'node:crypto';
import type { JsonValue } from '../secrets/redact-config.ts';

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
