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
  /** Titled lines between claims and speed, e.g. what differs and why. Long lines go on below. */
  readonly parts: readonly ScreenPart[];
  /** What nothing is said about; as many as two lines hold are named, the others counted. */
  readonly notVerified: readonly Content[];
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
  /** Null for claims that are told in words: their state, and what was measured of them. */
  readonly delta: Content | null;
  readonly margin: Content | null;
  /** What was measured of a claim in words; absent: nothing is said of it. */
  readonly figures?: Content;
  /** Its interval on the common axis; null where it has none. */
  readonly interval: ScaledInterval | null;
  /** Why it is so; shown of claims that do not pass. */
  readonly reason: Content | null;
}
