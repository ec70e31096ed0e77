import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { nearestName } from './nearest.ts';
import { configSchema, isBackend, marginOfRatio, type UserConfig } from './schema.ts';

/**
 * Checks one layer of configuration.
 * @throws UsageError that names the key, the place it came from and, for an unknown key, the nearest known one.
 */
export function validateConfig(value: unknown, origin: string): UserConfig {
  try {
    return checked(value, origin);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    // What a module exports may be code that runs, and fails, when it is looked at.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('config-value', `${origin}: cannot be read: ${why}`, {
      hint: 'export plain values: defineConfig({ … })',
      cause,
    });
  }
}

function checked(value: unknown, origin: string): UserConfig {
  const sides = Object.entries(Object(value) as object).filter(
    ([key, side]) => (key === 'incumbent' || key === 'candidate') && isBackend(side),
  );
  const plain = sides.length === 0 ? value : { ...Object(value), ...emptied(sides) };
  const result = configSchema.safeParse(plain);
  if (result.success) return { ...withoutAliases(result.data), ...Object.fromEntries(sides) };
  // A mistyped key also leaves the right one missing: the mistyping is the news.
  const issues = result.error.issues.flatMap(ofTheGate);
  const issue = issues.find((entry) => entry.code === 'unrecognized_keys') ?? issues[0];
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

/** What is wrong with a gate itself, where it could also have been `false`. */
function ofTheGate(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || !issue.path.includes('gates')) return [issue];
  return (issue.errors[0] ?? []).map((inner) => ({
    ...inner,
    path: [...issue.path, ...inner.path],
  }));
}

/** A backend has functions, of which a schema knows nothing: its key is checked, and its value is left alone. */
function emptied(sides: readonly (readonly [string, unknown])[]): Record<string, object> {
  return Object.fromEntries(sides.map(([key]) => [key, {}]));
}

/** `ratio` as the margin it stands for, so that a later layer overrides either by either. */
function withoutAliases(config: UserConfig): UserConfig {
  const { gates } = config;
  if (!gates?.p50 && !gates?.p95) return config;
  const plain = (quantile: 'p50' | 'p95') => {
    const gate = gates[quantile];
    if (!gate || gate.ratio === undefined) return gate;
    const { ratio, ...rest } = gate;
    return { ...rest, margin: marginOfRatio(ratio) };
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
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  return schema instanceof z.ZodUnion ? unwrap(schema.options[0]) : schema;
}
