import { counted, firstNamed } from '../../counted.ts';
import type { WorkerWord } from '../server/presence.ts';

/** What is to be told after a look at the workers. */
export interface WorkersSeen {
  /** How many they are. */
  readonly remark: string;
  /** A line each, by name. */
  readonly details: readonly string[];
  /** Who came and went since the look before. */
  readonly notes: readonly string[];
}

/** Looks at the workers of a run again and again. */
export interface WorkersWatch {
  readonly look: (here: readonly WorkerWord[]) => WorkersSeen;
}

/** More than these that come or go at once are counted, not named. */
const MOST_NAMED = 5;
/** More do not fit on a screen beside everything else. */
const MOST_LINES = 12;

/** What a worker must be to take the jobs of a run. */
export interface WorkersNeeded {
  /** That of this process. */
  readonly release: string;
  readonly isAble?: (worker: WorkerWord) => boolean;
  /** What those lack that are not able, e.g. `without the encoder (--encoder)`. */
  readonly lack?: string;
}

/** Begins to look. */
export function watchWorkers({ release, isAble, lack = '' }: WorkersNeeded): WorkersWatch {
  const before = new Map<string, number>();
  let there: ReadonlySet<string> | null = null;
  const strange = new Map<string, number>();
  let isLonely = false;
  const toldOnce = (count: number, why: string): string[] => {
    const isMore = count > (strange.get(why) ?? 0);
    strange.set(why, count);
    return isMore
      ? [`${counted(count, 'worker takes', 'workers take')} none of these jobs: ${why}`]
      : [];
  };
  return {
    look: (all) => {
      const own = all.filter((one) => one.release === release);
      const here = own.filter((one) => isAble?.(one) !== false);
      for (const one of here) {
        if (!before.has(one.name)) before.set(one.name, one.done);
      }
      const names = new Set(here.map(({ name }) => name));
      const notes = [
        ...told(there === null ? [] : without(names, there), 'came'),
        ...told(there === null ? [] : without(there, names), 'went'),
      ];
      if (names.size === 0 && !isLonely && there !== null) {
        notes.push('no worker is there: start bench worker with the same --queue and --store');
      }
      notes.push(...toldOnce(all.length - own.length, 'of another release'));
      notes.push(...toldOnce(own.length - here.length, lack));
      isLonely = names.size === 0 && there !== null;
      there = names;
      const lines = here.map(
        ({ name, done, doing }) =>
          `${name}: ${done - (before.get(name) ?? 0)} done, ${doing ?? 'waiting'}`,
      );
      const atWork = here.filter(({ doing }) => doing !== null).length;
      return {
        remark: `${counted(here.length, 'worker')}, ${atWork} at work`,
        details:
          lines.length <= MOST_LINES
            ? lines
            : [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more`],
        notes,
      };
    },
  };
}

/** How many jobs each worker did, in one line. */
export function doneText(byWorker: ReadonlyMap<string, number>): string {
  const all = [...byWorker].toSorted(([, a], [, b]) => b - a);
  const jobs = all.reduce((sum, [, count]) => sum + count, 0);
  const named = all.map(([name, count]) => `${name} ${count}`);
  const whole = `${counted(jobs, 'job')} by ${counted(all.length, 'worker')}`;
  return `${whole}: ${firstNamed(named, MOST_NAMED)}`;
}

function without(names: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...names].filter((name) => !others.has(name));
}

function told(names: readonly string[], what: 'came' | 'went'): string[] {
  if (names.length > MOST_NAMED) return [`${counted(names.length, 'worker')} ${what}`];
  return names.map((name) => `worker ${name} ${what}`);
}
