import { EXIT } from '../../errors.ts';
import type { DerivedFiles } from '../../record/run/derived-files.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { storedForms } from '../../report/render/stored-forms.ts';
import { type ReplayFindings, replayFindings } from '../find/replay-findings.ts';
import { REPLAY_BLOCK, replayCodec } from '../record/replay-record.ts';
import { replayReport, replaySentence } from '../report/replay-report.ts';

/** What follows from a replay. */
export interface DerivedReplay extends DerivedFiles {
  readonly findings: ReplayFindings;
}

/** Figures of a recorded replay again. @throws UsageError where its record is missing or damaged */
export async function rescoreReplay(run: RunReader): Promise<DerivedReplay> {
  const findings = replayFindings(await run.record(REPLAY_BLOCK, replayCodec));
  const verdict = {
    schema: 1,
    state: 'informational',
    exitCode: EXIT.pass,
    sentence: replaySentence(findings),
  };
  return { findings, verdict, ...storedForms(replayReport(findings)) };
}
