import { z } from 'zod';
import type { AppendLog } from '../../../record/append-log.ts';
import { firstIssue } from '../../../schema-error.ts';

const effect = z.enum(['ranking', 'score', 'wire', 'latency', 'contract', 'none']);

/** What a fault changes, and by which a check notices it. */
export type Effect = z.output<typeof effect>;

const failedCheck = z.strictObject({
  /** Which check, e.g. `recall@10`, `contract: duplicate-id`, `drift`, `preflight`. */
  check: z.string(),
  /** What the check observes. */
  observes: z.array(effect),
  /** One sentence of the suite. */
  reason: z.string(),
});

const stepSchema = z.strictObject({
  /** `errors` stands in records of before errors were gated by need. */
  step: z.enum(['retrieve', 'answers', 'drift', 'errors', 'load', 'failures']),
  exitCode: z.int(),
  verdict: z.string().nullable(),
  failed: z.array(failedCheck),
  seconds: z.number(),
});

const measureSchema = z.strictObject({
  measure: z.string(),
  total: z.number(),
  noiseFloor: z.number().nullable(),
  accepted: z.boolean(),
  /** Held-out distance of each side to its replay, and between the sides. */
  fidelity: z.strictObject({
    incumbent: z.number(),
    candidate: z.number(),
    across: z.number(),
  }),
  shares: z.array(
    z.strictObject({ component: z.string(), phi: z.number(), share: z.number().nullable() }),
  ),
  unexplained: z.number(),
  repair: z.array(z.string()).nullable(),
});

const attributionSchema = z.strictObject({
  cell: z.string(),
  status: z.enum(['explained', 'unexplained', 'nothing to explain']),
  measures: z.array(measureSchema),
});

const plantedSchema = z.strictObject({
  kind: z.string(),
  rate: z.number(),
  seed: z.int(),
  declares: z.array(effect),
  component: z.string().nullable(),
});

const runSchema = z.strictObject({
  row: z.literal('run'),
  /** Names the run within its drill, e.g. `full drop`, `rate drop 0.0125`, `clean 17`. */
  key: z.string(),
  purpose: z.enum(['clean', 'full', 'rate', 'pair']),
  corpus: z.string(),
  planted: z.array(plantedSchema),
  /** Order of the questions of the measuring process. */
  querySeed: z.int(),
  steps: z.array(stepSchema),
  attribution: z.array(attributionSchema),
  /** Recall of the local index at efSearch = k, the least over collections; null where it was not measured. */
  referenceRecall: z.number().nullable(),
});

const headSchema = z.strictObject({
  row: z.literal('drill'),
  schema: z.literal(1),
  masterSeed: z.int(),
  startedAt: z.string(),
  machine: z.string(),
  /** sha256 of the settings that every run of the drill is measured with. */
  settings: z.string(),
});

export type FailedCheck = z.output<typeof failedCheck>;
export type Step = z.output<typeof stepSchema>;
export type StepName = Step['step'];

/** A step that is taken today; records of earlier drills hold one more. */
export type TakenStep = Exclude<StepName, 'errors'>;
export type MeasureRow = z.output<typeof measureSchema>;
export type AttributionRow = z.output<typeof attributionSchema>;
export type Planted = z.output<typeof plantedSchema>;
export type RunRow = z.output<typeof runSchema>;
export type DrillHead = z.output<typeof headSchema>;

/** A drill as it is kept: who it was, and a row a run. */
export interface DrillRecord {
  readonly head: DrillHead;
  readonly runs: readonly RunRow[];
}

/**
 * The drill that a record holds; null where the record is empty. A line that was torn is left out.
 * @throws Error where a line is no row of a drill.
 */
export function readDrill(log: AppendLog): DrillRecord | null {
  const values = log.lines.flatMap(({ value, lineNumber }) =>
    value === null ? [] : [{ value, lineNumber }],
  );
  const [first, ...others] = values;
  if (first === undefined) return null;
  const head = headSchema.safeParse(first.value);
  if (!head.success) throw new Error(`${log.path}:${first.lineNumber}: no head of a drill`);
  const runs = others.map(({ value, lineNumber }) => {
    const run = runSchema.safeParse(value);
    if (run.success) return run.data;
    const reason = firstIssue(run.error, 'row');
    throw new Error(`${log.path}:${lineNumber}: no run of a drill (${reason})`);
  });
  return { head: head.data, runs };
}
