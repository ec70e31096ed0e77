import { type Random, randomStream } from '../../../src/stats/random.ts';
import type { Cost, Machine } from './paper.ts';

/** How workers behave. */
export interface Fleet {
  readonly workers: number;
  /** Workers die so often in an hour each, and are back after `restartSeconds`. */
  readonly deathsPerHour: number;
  readonly restartSeconds: number;
  /** Share of jobs that take `stragglerFactor` times as long. */
  readonly stragglerShare: number;
  readonly stragglerFactor: number;
  /** Seconds after which a dead worker's job goes to another; found out half of it later. */
  readonly lockSeconds: number;
  /** Bytes a second that the store gives to all together. */
  readonly storeBytesPerSecond: number;
  readonly seed: number;
}

/** How a search went. */
export interface FleetRun {
  readonly seconds: number;
  /** Seconds of work that counted, over seconds that all workers were paid for. */
  readonly efficiency: number;
  readonly deaths: number;
  /** Jobs that were begun again since their worker died. */
  readonly redone: number;
  /** Commands a second at the queue server, on average. */
  readonly commandsPerSecond: number;
}

interface Job {
  readonly seconds: number;
  readonly bytes: number;
  /** The merge that waits for it. */
  readonly parent: number;
  waitsFor: number;
}

const FAN_IN = 16;
/** From one job to the next: result told, next one fetched. */
const BETWEEN_JOBS_SECONDS = 0.01;

/** Carries out the jobs of a search on workers that straggle and die, event by event. */
export function runFleet(cost: Cost, machine: Machine, fleet: Fleet): FleetRun {
  const random = randomStream(fleet.seed, `fleet of ${fleet.workers}`);
  const jobs = jobsOf(cost);
  const ready = jobs.flatMap((job, at) => (job.waitsFor === 0 ? [at] : []));
  const events = new Timeline();
  // The store is shared by those who read at the same time: all workers, at worst.
  const rate = Math.min(machine.bytesPerSecond, fleet.storeBytesPerSecond / fleet.workers);
  const idle: number[] = Array.from({ length: fleet.workers }, (_, at) => at);
  const diesAt = idle.map(() => untilDeath(random, fleet));
  let left = jobs.length;
  let useful = 0;
  let deaths = 0;
  let redone = 0;
  let now = 0;
  const start = (): void => {
    while (ready.length > 0 && idle.length > 0) {
      const worker = idle.pop() ?? 0;
      const at = ready.shift() ?? 0;
      const job = jobs[at];
      if (job === undefined) continue;
      const slow = random.chance(fleet.stragglerShare) ? fleet.stragglerFactor : 1;
      const seconds =
        BETWEEN_JOBS_SECONDS +
        job.bytes / rate +
        job.seconds * slow * (1 + 0.1 * random.fraction());
      const death = diesAt[worker] ?? Number.POSITIVE_INFINITY;
      if (death < now + seconds) {
        events.add(Math.max(now, death), () => {
          deaths++;
        });
        const found = death + fleet.lockSeconds * (1 + random.fraction() / 2);
        events.add(Math.max(now, found), () => {
          redone++;
          ready.unshift(at);
        });
        events.add(Math.max(now, death) + fleet.restartSeconds, () => {
          diesAt[worker] = now + untilDeath(random, fleet);
          idle.push(worker);
        });
        continue;
      }
      events.add(now + seconds, () => {
        useful += job.seconds + job.bytes / rate;
        left--;
        idle.push(worker);
        const parent = jobs[job.parent];
        if (parent !== undefined && --parent.waitsFor === 0) ready.push(job.parent);
      });
    }
  };
  start();
  while (left > 0) {
    const next = events.next();
    if (next === null) break;
    now = next.at;
    next.happen();
    start();
  }
  return {
    seconds: now,
    efficiency: useful / (now * fleet.workers),
    deaths,
    redone,
    commandsPerSecond: cost.queueCommands / now,
  };
}

function untilDeath(random: Random, { deathsPerHour }: Fleet): number {
  if (deathsPerHour === 0) return Number.POSITIVE_INFINITY;
  return (-Math.log(1 - random.fraction()) * 3600) / deathsPerHour;
}

/** Shards, then merges level by level, the last of each block of queries without a parent. */
function jobsOf(cost: Cost): Job[] {
  const jobs: Job[] = [];
  for (let queryBlock = 0; queryBlock < cost.queryBlocks; queryBlock++) {
    const from = jobs.length;
    let level = cost.blocks;
    let first = from + level;
    for (let at = 0; at < level; at++) {
      const parent = first + Math.floor(at / FAN_IN);
      jobs.push({ seconds: cost.shardSeconds, bytes: cost.blockBytes, parent, waitsFor: 0 });
    }
    for (;;) {
      const merges = Math.ceil(level / FAN_IN);
      const next = first + merges;
      for (let at = 0; at < merges; at++) {
        const waitsFor = Math.min(FAN_IN, level - at * FAN_IN);
        jobs.push({
          seconds: (cost.mergeSeconds * waitsFor) / FAN_IN,
          bytes: waitsFor * cost.listBytes,
          parent: merges === 1 ? -1 : next + Math.floor(at / FAN_IN),
          waitsFor,
        });
      }
      if (merges === 1) break;
      level = merges;
      first = next;
    }
  }
  return jobs;
}

interface Event {
  readonly at: number;
  readonly happen: () => void;
}

/** Events by time: a binary heap. */
class Timeline {
  readonly #heap: Event[] = [];

  add(at: number, happen: () => void): void {
    const heap = this.#heap;
    heap.push({ at, happen });
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (timeOf(heap[parent]) <= timeOf(heap[child])) break;
      this.#swap(parent, child);
      child = parent;
    }
  }

  next(): Event | null {
    const heap = this.#heap;
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined) return null;
    if (heap.length === 0) return top;
    heap[0] = last;
    for (let parent = 0; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < heap.length && timeOf(heap[child]) < timeOf(heap[least])) least = child;
      }
      if (least === parent) return top;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #swap(a: number, b: number): void {
    const held = this.#heap[a] as Event;
    this.#heap[a] = this.#heap[b] as Event;
    this.#heap[b] = held;
  }
}

function timeOf(event: Event | undefined): number {
  return event?.at ?? Number.POSITIVE_INFINITY;
}
