import type { Tone } from '../tone.ts';

/**
 * A picture of figures that stand in a table of the same section. It holds values and words, and no markup: a renderer
 * that has no pictures leaves it out.
 */
export interface Picture {
  readonly kind: 'picture';
  readonly title: string;
  /** What to look for, in a few words. */
  readonly caption: string;
  readonly chart: LinesChart | EstimatesChart | MarginsChart | PartsChart | LinksChart;
}

/** Figures over a scale, e.g. latency over the rate that was offered. */
export interface LinesChart {
  readonly kind: 'lines';
  readonly x: Scale;
  readonly y: Scale;
  readonly lines: readonly DrawnLine[];
  /** What lies below it cannot be seen, e.g. the floor of the harness; null where there is none. */
  readonly shade: DrawnLine | null;
  /** Places along x, e.g. the knee. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

/** How values become places. */
export interface Scale {
  readonly title: string;
  /**
   * A logarithmic scale shows what is above zero. On one of nines, each further nine of a share takes as much room
   * as the one before.
   */
  readonly kind: 'linear' | 'logarithmic' | 'nines';
  /** Ends that are shown whatever the values are; null: those of the values. */
  readonly from: number | null;
  readonly to: number | null;
}

/** What something is drawn as: a side, noise, or one of several backends by its place among them. */
export type DrawnAs = 'incumbent' | 'candidate' | 'noise' | Series;
export type Series = (typeof SERIES)[number];

const SERIES = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6'] as const;

/** Colour and shape of a backend by its place, from 0; after six they come again. */
export function seriesOf(at: number): Series {
  return SERIES[at % SERIES.length] ?? SERIES[0];
}

/** One line; `of` gives it colour and shape, as in every other chart. */
export interface DrawnLine {
  /** May hold text from outside. */
  readonly name: string;
  readonly of: DrawnAs;
  readonly isDashed: boolean;
  /** In ascending x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Estimates with their bounds over a scale, several a row where they belong together. */
export interface EstimatesChart {
  readonly kind: 'estimates';
  readonly scale: Scale;
  /** Places that estimates are read against: no difference, and what is wanted or tolerated. */
  readonly references: readonly { readonly kind: 'zero' | 'margin'; readonly at: number }[];
  /** What the marks stand for; empty where the rows say it. Names may hold text from outside. */
  readonly legend: readonly { readonly of: DrawnAs; readonly name: string }[];
  readonly rows: readonly {
    /** May hold text from outside. */
    readonly name: string;
    readonly estimates: readonly DrawnEstimate[];
  }[];
}

/** The legend of rows that show both sides. */
export const OF_SIDES: EstimatesChart['legend'] = [
  { of: 'incumbent', name: 'incumbent' },
  { of: 'candidate', name: 'candidate' },
];

/** One estimate. Bounds are null where there are none. */
export interface DrawnEstimate {
  readonly of: DrawnAs;
  readonly at: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** Estimates with their bounds in units of their margins: a loss as large as the margin is −1. */
export interface MarginsChart {
  readonly kind: 'margins';
  readonly rows: readonly {
    /** May hold text from outside. */
    readonly name: string;
    readonly state: string;
    readonly tone: Tone;
    readonly mean: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
}

/** What wholes are made of, e.g. the checks of a group by what they came to. */
export interface PartsChart {
  readonly kind: 'parts';
  readonly rows: readonly {
    /** May hold text from outside. */
    readonly name: string;
    readonly parts: readonly Part[];
  }[];
}

/** So many of one kind. */
export interface Part {
  readonly name: string;
  readonly tone: Tone;
  readonly count: number;
}

/** What of one side answers to what of the other. */
export interface LinksChart {
  readonly kind: 'links';
  readonly groups: readonly { readonly name: string; readonly links: readonly Link[] }[];
}

/** One pair. Null where that side has nothing. May hold text from outside. */
export interface Link {
  readonly incumbent: string | null;
  readonly candidate: string | null;
  /** What makes one of the other, e.g. `rename`. */
  readonly by: string;
  readonly tone: Tone;
}
