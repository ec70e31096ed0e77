import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { nearestName } from './nearest.ts';
import { configSchema, marginOfRatio, type UserConfig } from './schema.ts';

/**
 * Checks one layer of configuration.
 * @throws UsageError that names the key, the place it came from and, for an unknown key, the nearest known one.
 */
export function validateConfig(value: unknown, origin: string): UserConfig {
  const result = configSchema.safeParse(value);
  if (result.success) return withoutAliases(result.data);
  // A mistyped key also leaves the right one missing: the mistyping is the news.
  const issue =
    result.error.issues.find((entry) => entry.code === 'unrecognized_keys') ??
    result.error.issues[0];
  if (issue === undefined) throw new UsageError('config', `${origin}: not a configuration`);
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const near = nearestName(key, keysAt(at));
    throw new UsageError('config-key', `${origin}: unknown key ${[...at, key].join('.')}`, {
      hint:
        near === null
          ? `known here: ${keysAt(at).join(', ')}`
          : `did you mean ${[...at, near].join('.')}?`,
    });
  }
  throw new UsageError('config-value', `${origin}: ${at.join('.') || 'value'}: ${issue.message}`, {
    hint: 'bench config --schema prints what is allowed',
  });
}

/** `ratio` as the margin it stands for, so that a later layer overrides either by either. */
function withoutAliases(config: UserConfig): UserConfig {
  const { gates } = config;
  if (gates?.p50?.ratio === undefined && gates?.p95?.ratio === undefined) return config;
  const plain = (quantile: 'p50' | 'p95') => {
    const { ratio, ...rest } = gates[quantile] ?? {};
    return ratio === undefined ? gates[quantile] : { ...rest, margin: marginOfRatio(ratio) };
  };
  return { ...config, gates: { ...gates, p50: plain('p50'), p95: plain('p95') } };
}

/** The keys the schema knows at a path such as `['gates', 'recall']`; empty where any key may stand. */
export function keysAt(path: readonly string[]): string[] {
  let schema: unknown = configSchema;
  for (const key of path) {
    const inner = unwrap(schema);
    if (inner instanceof z.ZodObject) schema = inner.shape[key];
    else if (inner instanceof z.ZodRecord) schema = inner.valueType;
    else return [];
  }
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}
