import { z } from 'zod';
import { counted } from '../../counted.ts';
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
  /** Why nothing was sent; absent where something was, and in runs of earlier versions. */
  readonly why?: string;
}

/** How the names of blocks with answers begin, and the name of that with the margins. */
export const ANSWERS_BLOCK = 'answers-';
export const MARGINS_BLOCK = 'margins';

/** How answers are written. */
export const baselineRowsCodec: RecordCodec<readonly BaselineRow[]> = jsonCodec<
  readonly BaselineRow[]
>(z.array(z.object({ need: z.string(), answer: answerSchema, why: z.string().exactOptional() })));

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
  const known = rows.flatMap(({ need: id, answer, why }) => {
    const need = byId.get(id);
    return need === undefined ? [] : [{ need, answer, why }];
  });
  // What a candidate cannot be asked is nothing that it did.
  const compared = known.filter(({ answer }) => answer.outcome !== 'unsupported');
  const apart = known.filter(({ answer }) => answer.outcome === 'unsupported');
  const margins = await run.record(MARGINS_BLOCK, marginsCodec);
  const unasked = needs.filter(isComparable).length - known.length;
  const judged = judgeBaseline(compared, needs.length - apart.length, margins, unasked);
  const { findings, verdict } = apart.length === 0 ? judged : naming(apart, judged);
  return { findings, verdict, ...storedForms(baselineReport(findings, verdict)) };
}

/** The same with the needs named that the candidate was not asked. */
function naming(
  apart: readonly { readonly why: string | undefined }[],
  { findings, verdict }: Pick<DerivedBaseline, 'findings' | 'verdict'>,
): Pick<DerivedBaseline, 'findings' | 'verdict'> {
  const groups = Map.groupBy(apart, ({ why }) => why ?? 'it cannot express them');
  const unexpressed = [...groups].map(([why, rows]) => ({ why, needs: rows.length }));
  const named = unexpressed.map(({ why, needs }) => `${counted(needs, 'need')} (${why})`);
  const sentence = `${verdict.sentence}. Not verified: what the candidate cannot be asked, ${named.join(', ')}`;
  return { findings: { ...findings, unexpressed }, verdict: { ...verdict, sentence } };
}
