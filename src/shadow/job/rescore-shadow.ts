import { UsageError } from '../../errors.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { type EvidenceFold, evidenceFold } from '../judge/evidence.ts';
import { judgeShadow, type ShadowVerdict } from '../judge/verdict.ts';
import { EMPTY_SHADOW_TALLY } from '../observe/request-tally.ts';
import {
  SEGMENT_BLOCK,
  SHADOW_PLAN_BLOCK,
  type ShadowEvent,
  type ShadowPlan,
  type ShadowTally,
  segmentCodec,
  shadowPlanCodec,
} from '../record/shadow-record.ts';
import { type ShadowFindings, shadowReport } from '../report/shadow-report.ts';

/** What a shadow recorded, as far as its segments are there. */
export interface RecordedShadow {
  readonly plan: ShadowPlan;
  /** Has taken every row. */
  readonly fold: EvidenceFold;
  readonly tally: ShadowTally;
  /** In order of time. */
  readonly events: readonly ShadowEvent[];
  /** Number of the next segment. */
  readonly next: number;
}

/** What follows from it. */
export interface DerivedShadow extends DerivedFiles {
  readonly findings: ShadowFindings;
  readonly verdict: ShadowVerdict;
}

/** Reads the segments of a shadow, one after the other. @throws UsageError where the plan was not even written */
export async function readShadow(run: RunReader): Promise<RecordedShadow> {
  if (run.recordNames(SHADOW_PLAN_BLOCK, shadowPlanCodec).length === 0) {
    throw new UsageError('run-unfinished', `${run.folder}: nothing was recorded`, {
      hint: 'name a run folder of bench shadow',
    });
  }
  const plan = await run.record(SHADOW_PLAN_BLOCK, shadowPlanCodec);
  const fold = evidenceFold(plan);
  let tally = EMPTY_SHADOW_TALLY;
  const events: ShadowEvent[] = [];
  const names = run.recordNames(SEGMENT_BLOCK, segmentCodec);
  for (const name of names) {
    const segment = await run.record(name, segmentCodec);
    for (const row of segment.rows) fold.add(row);
    events.push(...segment.events);
    tally = segment.tally;
  }
  const last = names.at(-1)?.slice(SEGMENT_BLOCK.length);
  return { plan, fold, tally, events, next: last === undefined ? 0 : Number(last) + 1 };
}

/** Judges a recorded shadow again. */
export async function rescoreShadow(run: RunReader): Promise<DerivedShadow> {
  const { plan, fold, tally, events } = await readShadow(run);
  return deriveShadow({ plan, evidence: fold.now(), tally, events: events.toReversed() });
}

/** What follows from what was found. */
export function deriveShadow(findings: ShadowFindings): DerivedShadow {
  const verdict = judgeShadow(findings.evidence);
  return { findings, verdict, ...storedForms(shadowReport(findings, verdict)) };
}
