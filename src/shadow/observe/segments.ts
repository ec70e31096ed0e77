import type { RunWriter } from '../../record/run/run-writer.ts';
import {
  SEGMENT_BLOCK,
  type ShadowEvent,
  type ShadowRow,
  type ShadowTally,
  segmentCodec,
} from '../record/shadow-record.ts';

/** When a segment is closed. */
export interface SegmentLimits {
  readonly rows: number;
  readonly ageMs: number;
}

export const SEGMENT_LIMITS: SegmentLimits = { rows: 500, ageMs: 30_000 };

/** Writes rows in segments, each whole or not at all: what is killed loses the open one alone. */
export interface SegmentWriter {
  readonly addRow: (row: ShadowRow) => void;
  readonly addEvent: (event: ShadowEvent) => void;
  /** Closes the open segment where there is anything in it. */
  readonly flush: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Segments of a run, numbered from `first`.
 * @param onError told when the disk refuses; the rows of that segment are lost
 */
export function writeSegments(
  writer: RunWriter,
  {
    first,
    limits,
    tally,
    onError,
  }: {
    readonly first: number;
    readonly limits: SegmentLimits;
    readonly tally: () => ShadowTally;
    readonly onError: (error: unknown) => void;
  },
): SegmentWriter {
  let number = first;
  let rows: ShadowRow[] = [];
  let events: ShadowEvent[] = [];
  let writing: Promise<void> = Promise.resolve();
  const flush = (isLast = false): Promise<void> => {
    if (isLast || rows.length > 0 || events.length > 0) {
      const segment = { rows, events, tally: tally() };
      const name = `${SEGMENT_BLOCK}${String(number).padStart(6, '0')}`;
      number += 1;
      rows = [];
      events = [];
      writing = writing
        .then(() => writer.writeRecord(name, segmentCodec, segment))
        .then(() => undefined, onError);
    }
    return writing;
  };
  const timer = setInterval(() => void flush(), limits.ageMs);
  timer.unref();
  return {
    addRow: (row) => {
      rows.push(row);
      if (rows.length >= limits.rows) void flush();
    },
    addEvent: (event) => {
      events.push(event);
    },
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush(true);
    },
  };
}
