import type { JudgedGate, VerdictState } from '../gate/verdict.ts';
import type { DerivedFiles } from '../record/run/derived-files.ts';
import type { ReportDocument } from './model.ts';
import type { Screen } from './screen/screen.ts';

/** A gate of a job of any kind; those of the main job say where they were measured. */
export interface ShownGate extends JudgedGate {
  readonly cell?: string;
  readonly slice?: string | null;
}

/** The answer of a job of any kind, as formats for machines show it. */
export interface ShownVerdict {
  readonly state: VerdictState;
  readonly sentence: string;
  readonly gates: readonly ShownGate[];
}

/** A run with its answer, as formats for machines show it. */
export interface JudgedReport {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly verdict: ShownVerdict;
}

/** All that follows from the observations of a run of any kind. */
export interface DerivedRun {
  readonly report: ReportDocument;
  /** Null where nothing is judged. */
  readonly verdict: ShownVerdict | null;
  /** As it is stored. */
  readonly files: DerivedFiles;
  /** Its answer on one screen; absent: its tables. */
  readonly screen?: (words: ScreenWords) => Screen;
  /** True where more was derived than was stored when the run was interrupted, so that there is nothing to hold it against. */
  readonly isFuller?: boolean;
  /** What was found about other runs that it rests on, a sentence each; absent: it rests on its own folder. */
  readonly issues?: readonly string[];
}

/** What a screen says of where it is shown. */
export interface ScreenWords {
  /** The run folder as one types it. */
  readonly run: string;
  /** The program as one types it, e.g. `npm run bench --`. */
  readonly program: string;
}

/** A gate by the words of its name, its operation and its slice. */
export function gateTitle({ name, cell = 'all', slice = null }: ShownGate): string {
  return `${name}${cell === 'all' ? '' : ` of ${cell}`}${slice === null ? '' : ` in ${slice}`}`;
}

/** A gate that decides, by its title. */
interface Deciding {
  readonly title: string;
  readonly state: ShownGate['state'];
  readonly why: string;
}

/** The gates that decide, as formats list them beside the verdict. */
export function decidingGates({ gates }: ShownVerdict): Deciding[] {
  return gates
    .filter(({ gated }) => gated)
    .map((gate) => ({ title: gateTitle(gate), state: gate.state, why: gate.reason }));
}
