import type { ReportDocument } from '../../src/report/model.ts';
import { documentScreen } from '../../src/report/screen/document-screen.ts';
import type { Screen } from '../../src/report/screen/screen.ts';
import type { Io } from '../io.ts';
import { pathFrom, programOf } from '../screen-options.ts';

/** The screen of a report of any kind: what judged, what does not hold first; null where nothing is judged. */
export function screenOf(report: ReportDocument, runFolder: string, io: Io): Screen | null {
  const run = pathFrom(io.cwd, runFolder);
  return documentScreen(report, { run, program: programOf(io), next: [] });
}
