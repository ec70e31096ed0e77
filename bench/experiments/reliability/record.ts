import { z } from 'zod';

const rowSchema = z.object({
  name: z.string(),
  what: z.string(),
  tries: z.int().nonnegative(),
  survived: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  failures: z.array(z.object({ seed: z.int(), what: z.string() })),
  seed: z.int(),
  /** Of its processes, added. */
  seconds: z.number(),
  /** Machine, versions, time. */
  provenance: z.string(),
});

/** What the experiments gave, as `results/reliability/reliability.json` holds it. */
export const reliabilitySchema = z.object({
  schema: z.literal('retrieval-parity/reliability@2'),
  experiments: z.array(rowSchema),
});

/** One row of the table. */
export type ReliabilityRow = z.infer<typeof rowSchema>;

/** The whole table. */
export type Reliability = z.infer<typeof reliabilitySchema>;

/** A table with rows made anew in the place of older ones of the same name, in the order of `names`; others go. */
export function renewed(
  older: readonly ReliabilityRow[],
  newer: readonly ReliabilityRow[],
  names: readonly string[],
): ReliabilityRow[] {
  const rows = new Map([...older, ...newer].map((row) => [row.name, row]));
  return names.flatMap((name) => rows.get(name) ?? []);
}
