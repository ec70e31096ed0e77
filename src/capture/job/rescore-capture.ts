import { z } from 'zod';
import { EXIT } from '../../errors.ts';
import { jsonCodec, type RecordCodec } from '../../record/record-codec.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { capturedIn } from '../../traffic/capture-record.ts';
import { type CaptureFindings, type CaptureTally, captureFindings } from '../find/findings.ts';
import { captureReport, captureSentence } from '../report/capture-report.ts';

/** Name of the block with what was read. */
export const TALLY_BLOCK = 'tally';

const count = z.int().nonnegative();

/** How what was read is written. */
export const captureTallyCodec: RecordCodec<CaptureTally> = jsonCodec<CaptureTally>(
  z.object({
    tally: z.object({
      read: count,
      questions: count,
      notReadOnly: count,
      undecoded: count,
      unreadable: count,
      firstUnreadable: count.nullable(),
    }),
    redactions: z.record(z.string(), count),
    asVectors: z.boolean(),
  }),
);

/** What a capture holds, derived from its records. */
export interface DerivedCapture extends DerivedFiles {
  readonly findings: CaptureFindings;
}

/** Counts again what a capture holds. @throws UsageError where a record is missing or damaged */
export async function rescoreCapture(run: RunReader): Promise<DerivedCapture> {
  const traffic = await capturedIn(run);
  const findings = captureFindings(traffic, await run.record(TALLY_BLOCK, captureTallyCodec));
  const verdict = {
    schema: 1,
    verdict: 'informational',
    exitCode: EXIT.pass,
    sentence: captureSentence(findings),
  };
  return { findings, verdict, ...storedForms(captureReport(findings)) };
}
