/** What is known of a machine that bears on timings; null where it cannot be told. */
export interface MachineFacts {
  readonly cores: number;
  /** Load average of the last minute. */
  readonly load: number | null;
  /** Share of the processors' time that the host gave to others, of 1. */
  readonly steal: number | null;
  /** Greatest delay of a 1 ms timer over some tens of them. */
  readonly timerMs: number | null;
  /** Median of a request to a server in this process on loopback. */
  readonly loopbackMs: number | null;
  /** Files that a process may open. */
  readonly openFiles: number | null;
  /** Milliseconds to write 1 MiB and have it on the disk. */
  readonly diskMs: number | null;
}

/** How far timings of a machine can be trusted. */
export type Grade = 'good' | 'fair' | 'poor';

/** One fact with its grade, for people. */
export interface GradedFact {
  readonly name: string;
  readonly value: string;
  readonly grade: Grade;
  /** What it means for results where it is not good. */
  readonly because: string;
}

interface Rule {
  readonly name: string;
  readonly of: (facts: MachineFacts) => number | null;
  readonly shown: (value: number) => string;
  /** Below the first it is good, below the second fair. */
  readonly limits: readonly [good: number, fair: number];
  readonly because: string;
}

const RULES: readonly Rule[] = [
  {
    name: 'cores',
    of: ({ cores }) => -cores,
    shown: (value) => String(-value),
    limits: [-3, -1],
    because:
      'the harness and both backends share them: latency under load is higher than with more',
  },
  {
    name: 'load',
    of: ({ load, cores }) => (load === null ? null : load / cores),
    shown: (value) => `${value.toFixed(2)} a core`,
    limits: [0.3, 0.8],
    because: 'other work runs beside: timings carry it',
  },
  {
    name: 'steal',
    of: ({ steal }) => steal,
    shown: (value) => `${(value * 100).toFixed(1)}%`,
    limits: [0.005, 0.03],
    because: 'the host takes processors away: tails of latency are its own',
  },
  {
    name: 'clock',
    of: ({ timerMs }) => timerMs,
    shown: (value) => `a 1 ms timer is at most ${value.toFixed(1)} ms late`,
    limits: [3, 15],
    because: 'requests are not sent when they should be',
  },
  {
    name: 'loopback floor',
    of: ({ loopbackMs }) => loopbackMs,
    shown: (value) => `${value.toFixed(2)} ms a request`,
    limits: [0.6, 2],
    because: 'differences below this cannot be seen',
  },
  {
    name: 'open files',
    of: ({ openFiles }) => (openFiles === null ? null : -openFiles),
    shown: (value) => (Number.isFinite(value) ? String(-value) : 'unlimited'),
    limits: [-4095, -1023],
    because: 'high concurrency may run out of sockets (ulimit -n)',
  },
  {
    name: 'disk',
    of: ({ diskMs }) => diskMs,
    shown: (value) => `1 MiB in ${value.toFixed(1)} ms`,
    limits: [50, 500],
    because: 'blocks are on disk before the next one is asked: runs take longer',
  },
];

/** Each fact that is known, with its grade. */
export function gradeFacts(facts: MachineFacts): GradedFact[] {
  return RULES.flatMap(({ name, of, shown, limits: [good, fair], because }): GradedFact[] => {
    const value = of(facts);
    if (value === null) return [];
    const grade = value < good ? 'good' : value < fair ? 'fair' : 'poor';
    return [{ name, value: shown(value), grade, because: grade === 'good' ? '' : because }];
  });
}

/** The worst grade of some facts; good where nothing is known. */
export function worstGrade(facts: readonly Pick<GradedFact, 'grade'>[]): Grade {
  if (facts.some(({ grade }) => grade === 'poor')) return 'poor';
  return facts.some(({ grade }) => grade === 'fair') ? 'fair' : 'good';
}
