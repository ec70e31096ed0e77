import { z } from 'zod';
import { UsageError } from '../../errors.ts';
import { jsonCodec, type RecordCodec } from '../../record/record-codec.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { answerSchema } from '../../traffic/asked-schema.ts';
import { type CapturedNeed, capturedIn } from '../../traffic/capture-record.ts';
import type { TrafficAnswer } from '../../traffic/question.ts';
import {
  type BaselineFindings,
  type BaselineMargins,
  type BaselineVerdict,
  judgeBaseline,
} from '../judge/judge-baseline.ts';
import { baselineReport } from '../report/baseline-report.ts';

/** One answer of the candidate to a need. */
export interface BaselineRow {
  readonly need: string;
  readonly answer: TrafficAnswer;
}

/** How the names of blocks with answers begin, and the name of that with the margins. */
export const ANSWERS_BLOCK = 'answers-';
export const MARGINS_BLOCK = 'margins';

/** How answers are written. */
export const baselineRowsCodec: RecordCodec<readonly BaselineRow[]> = jsonCodec<
  readonly BaselineRow[]
>(z.array(z.object({ need: z.string(), answer: answerSchema })));

const margin = z.number().positive();

/** How margins are written. */
export const marginsCodec: RecordCodec<BaselineMargins> = jsonCodec<BaselineMargins>(
  z.object({ errors: margin, overlap: margin, rbo: margin }),
);

/** What follows from a comparison with a baseline. */
export interface DerivedBaseline extends DerivedFiles {
  readonly findings: BaselineFindings;
  readonly verdict: BaselineVerdict;
}

/** Whether a need is asked again: something redacted in it makes it another question. */
export function isComparable({ baseline, redacted }: CapturedNeed): boolean {
  return baseline !== null && !redacted;
}

/**
 * Judges a recorded comparison again: the captured traffic, and the answers as far as they are there.
 * @throws UsageError where nothing was recorded
 */
export async function rescoreBaseline(run: RunReader): Promise<DerivedBaseline> {
  const names = run.recordNames(ANSWERS_BLOCK, baselineRowsCodec);
  if (names.length === 0) {
    throw new UsageError('run-unfinished', `${run.folder}: nothing was recorded`, {
      hint: 'the run ended before its first block: start it again',
    });
  }
  const { needs } = await capturedIn(run);
  const byId = new Map(needs.map((need) => [need.id, need]));
  const rows: BaselineRow[] = [];
  for (const name of names) rows.push(...(await run.record(name, baselineRowsCodec)));
  const compared = rows.flatMap(({ need: id, answer }) => {
    const need = byId.get(id);
    return need === undefined ? [] : [{ need, answer }];
  });
  const margins = await run.record(MARGINS_BLOCK, marginsCodec);
  const unasked = needs.filter(isComparable).length - compared.length;
  const { findings, verdict } = judgeBaseline(compared, needs.length, margins, unasked);
  return { findings, verdict, ...storedForms(baselineReport(findings, verdict)) };
}
