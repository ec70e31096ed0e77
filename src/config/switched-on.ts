import type { GatesConfig, UserConfig } from './schema.ts';

/**
 * Takes the gates that are `false` or `null` out, and names them by dotted key in `off`, so that a verdict can say
 * what it was told not to judge.
 */
export function switchedOn(gates: NonNullable<UserConfig['gates']>): GatesConfig {
  const off: string[] = [];
  const on = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => {
        const way = path === '' ? key : `${path}.${key}`;
        if (inner !== false && inner !== null) return [[key, on(inner, way)]];
        off.push(way);
        return [];
      }),
    );
  };
  const kept = on(gates, '') as GatesConfig;
  // Sorted: in whatever order they were switched off, it is the same configuration.
  return off.length === 0 ? kept : { ...kept, off: off.toSorted() };
}
