import { z } from 'zod';
import { randomStream } from '../../../src/stats/random.ts';
import type { GatesUnderTest } from './gates.ts';
import type { Limit, Requirement } from './requirements.ts';

const rowSchema = z.object({
  group: z.string(),
  name: z.string(),
  size: z.string(),
  truth: z.string(),
  event: z.enum(['pass', 'fail', 'slower', 'environment unfit']),
  limit: z
    .object({ kind: z.enum(['at most', 'at least']), rate: z.number(), withError: z.boolean() })
    .nullable(),
  repetitions: z.int().positive(),
  /** How often the event happened. */
  count: z.int().nonnegative(),
  /** Null where there is no limit. */
  met: z.boolean().nullable(),
});

/** The published form of a simulation. */
export const simulationSchema = z.object({
  schema: z.literal('retrieval-parity/gate-simulation@1'),
  seed: z.int(),
  gates: z.array(z.object({ name: z.string(), rows: z.array(rowSchema) })),
  contrasts: z.array(rowSchema),
});

export type Simulation = z.output<typeof simulationSchema>;
export type SimulatedRow = z.output<typeof rowSchema>;

/** How often each row is repeated. */
export interface Repetitions {
  readonly quality: number;
  readonly latency: number;
  readonly verdict: number;
}

/** Simulates one row: the same seed gives the same runs to every set of gates. */
export function simulateRow(
  row: Requirement,
  gates: GatesUnderTest,
  repetitions: number,
  seed: number,
): SimulatedRow {
  const random = randomStream(seed, `${row.group} ${row.name} ${row.size} ${row.truth}`);
  let count = 0;
  for (let run = 0; run < repetitions; run++) if (row.happens(random, gates)) count++;
  const { group, name, size, truth, event, limit } = row;
  return {
    group,
    name,
    size,
    truth,
    event,
    limit,
    repetitions,
    count,
    met: limit === null ? null : isMet(limit, count, repetitions),
  };
}

/** Standard error of a rate of so many repetitions. */
export function standardError(rate: number, repetitions: number): number {
  return Math.sqrt((rate * (1 - rate)) / repetitions);
}

function isMet({ kind, rate, withError }: Limit, count: number, repetitions: number): boolean {
  const seen = count / repetitions;
  const slack = withError ? 2 * standardError(rate, repetitions) : 0;
  return kind === 'at most' ? seen <= rate + slack : seen >= rate - slack;
}
