import type { Side } from '../record/types.ts';
import { type JsonValue, redactConfig } from '../secrets/redact-config.ts';
import type { Config } from './resolve.ts';
import { describedSide } from './side.ts';

/** A configuration as runs record it: dialects by their fingerprints, secrets redacted. */
export function recordedConfig(config: Config, salt: string): JsonValue {
  const side = (name: Side) => describedSide(config[name], 'fingerprint');
  return redactConfig(
    { ...config, incumbent: side('incumbent'), candidate: side('candidate') },
    salt,
  );
}
