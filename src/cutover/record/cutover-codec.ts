import { z } from 'zod';
import { jsonCodec, type RecordCodec } from '../../record/record-codec.ts';
import type { CutoverPart, CutoverStage, CutoverSubjectName } from './observations.ts';

const text = z.string();
const count = z.int().nonnegative();
const side = z.enum(['incumbent', 'candidate']);
const state = z.enum(['sound', 'killed', 'hung', 'failing', 'saturated']);
const tally = z.record(text, count);
const times = z.array(z.array(z.number().nullable()));

const stage: z.ZodType<CutoverStage> = z.union([
  z.enum(['direct', 'direct again', 'shut', 'open', 'shut again']),
  z.enum(['routed', 'routed, no key', 'routed, no verdict', 'routed, candidate killed']),
  z.templateLiteral(['open, candidate ', state]),
]);

const answer = z.object({
  status: z.int().nullable(),
  failure: text.nullable(),
  headers: text,
  bodySha256: text,
  sizeBytes: count,
  latencyMs: z.number(),
  frontendError: text.nullable(),
  json: z.unknown(),
});

/** What was seen in one part of the proof. */
export const cutoverPartCodec: RecordCodec<CutoverPart> = jsonCodec<CutoverPart>(
  z.object({
    exchanges: z.array(z.object({ side, route: text, stage, answer })),
    loads: z.array(z.object({ state, sent: count, answered: tally, unanswered: tally })),
    latencies: z.array(z.object({ state, quiet: times, loaded: times })),
    writes: z.array(
      z.object({
        kind: z.enum(['index', 'key', 'row']),
        writer: side,
        written: z.enum(['yes', 'not offered', 'no']),
        seenByWriter: z.boolean().nullable(),
        seenByOther: z.boolean().nullable(),
        statuses: z.array(z.int().nullable()),
      }),
    ),
  }),
);

/** What a run set out to look at, and by what it is judged. */
export interface RecordedCutoverPlan extends CutoverSubjectName {
  /** By how much the p95 of the incumbent may rise: 0.1 is ten percent. */
  readonly margin: number;
  /** Whether the p95 decides. */
  readonly gatesP95: boolean;
}

/** The plan, which is written before the first request. */
export const cutoverPlanCodec: RecordCodec<RecordedCutoverPlan> = jsonCodec<RecordedCutoverPlan>(
  z.object({
    frontend: z.enum(['embedded', 'running']),
    setting: text,
    routedPath: text.nullable(),
    margin: z.number().positive(),
    gatesP95: z.boolean(),
  }),
);
