import type { Content, Table, Tone } from '../model.ts';
import type { ScaledInterval } from '../scaled-gate.ts';

/** The answer of a job as one screen of a terminal. Builders make it from typed results; a renderer lays it out. */
export interface Screen {
  readonly state: string;
  readonly tone: Tone;
  /** What was measured until an interrupt alone. */
  readonly isPartial: boolean;
  /** The verdict as a sentence. */
  readonly sentence: Content;
  /** What decided, the most telling first; then what passed. */
  readonly claims: readonly ScreenClaim[];
  /** Titled lines between claims and speed, e.g. what differs and why. Long lines are cut. */
  readonly parts: readonly ScreenPart[];
  /** What nothing is said about, in one line; null where there is none. */
  readonly notVerified: Content | null;
  /** Commands to go on with, the first one the best. */
  readonly next: readonly string[];
  /** Where everything else is, e.g. the page of the run; null where nothing was written. */
  readonly report: string | null;
}

/** Lines under a title. */
export interface ScreenPart {
  readonly title: Content;
  readonly lines: readonly Content[];
  /** Shown below the lines as it is. */
  readonly table?: Table;
  /** Whether it may be left out where the screen is full; parts that may not come before it. */
  readonly isOptional: boolean;
}

/** One claim as one row. */
export interface ScreenClaim {
  readonly state: string;
  readonly tone: Tone;
  readonly name: Content;
  /** Null for claims of a kind that has no figure; then its state is told in words. */
  readonly delta: Content | null;
  readonly margin: Content | null;
  /** Its interval on the common axis; null where it has none. */
  readonly interval: ScaledInterval | null;
  /** Why it is so; shown of claims that do not pass. */
  readonly reason: Content | null;
}
