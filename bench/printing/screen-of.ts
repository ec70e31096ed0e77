import type { ReportDocument } from '../../src/report/model.ts';
import { documentScreen } from '../../src/report/screen/document-screen.ts';
import type { Screen } from '../../src/report/screen/screen.ts';
import type { Io } from '../io.ts';
import { pathFrom, programOf } from '../screen-options.ts';

/**
 * The screen of a report of any kind: what judged, what does not hold first; null where nothing is judged. `next` are
 * commands to go on with, without the program; the run folder is null where none was written.
 */
export function screenOf(
  report: ReportDocument,
  runFolder: string | null,
  io: Io,
  next: readonly string[] = [],
): Screen | null {
  const run = runFolder === null ? null : pathFrom(io.cwd, runFolder);
  return documentScreen(report, { run, program: programOf(io), next });
}
