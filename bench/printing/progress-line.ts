/** How far one stage has come. */
export interface StageState {
  readonly name: string;
  /** 0 where it is not known. */
  readonly total: number;
  readonly done: number;
  readonly elapsedMs: number;
  /** How long it was said to take; null where nothing was said. */
  readonly expectedMs: number | null;
  readonly remark: string;
}

/** A rate that rests on less time is not told. */
const LEAST_MS = 500;

/** One line: stage, count, rate, time so far of the time it takes, what is left, and the remark. */
export function progressLine(stage: StageState): string {
  const { done, elapsedMs, remark } = stage;
  const rate = elapsedMs >= LEAST_MS && done > 0 ? done / (elapsedMs / 1000) : null;
  const wholeMs = wholeTime(stage);
  const parts = [
    countOf(stage),
    ...(rate === null ? [] : [`${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)}/s`]),
    wholeMs === null
      ? duration(elapsedMs)
      : `${duration(elapsedMs)} of ${duration(wholeMs)}, ${duration(Math.max(0, wholeMs - elapsedMs))} left`,
    ...(remark === '' ? [] : [remark]),
  ];
  return parts.join(' · ');
}

function countOf({ name, total, done }: StageState): string {
  if (total === 0) return done === 0 ? name : `${name} ${Math.floor(done)}`;
  return `${name} ${Math.floor(done)}/${total}`;
}

/** How long a stage takes in all: as it was told to, or at the rate so far. */
function wholeTime({ total, done, elapsedMs, expectedMs }: StageState): number | null {
  if (expectedMs !== null) return Math.max(expectedMs, elapsedMs);
  if (total === 0 || done === 0 || elapsedMs < LEAST_MS) return null;
  return Math.max(elapsedMs, (elapsedMs / done) * total);
}

/** A time in seconds, from two minutes on in minutes. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
