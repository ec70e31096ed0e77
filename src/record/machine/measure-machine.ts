import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownFolder } from '../../disk/own-folder.ts';
import { medianOf } from '../../stats/quantiles.ts';
import { type Grade, gradeFacts, type MachineFacts, worstGrade } from './grade.ts';

const STEAL_MS = 300;
const TIMERS = 40;
const ROUND_TRIPS = 100;
const WARM_UP = 20;
const DISK_BYTES = 2 ** 20;

/** What is known without loading the machine: cores, load, steal and the limit of open files; takes 0.3 s. */
export async function machineFacts(): Promise<MachineFacts> {
  return {
    cores: availableParallelism(),
    load: loadavg()[0] ?? null,
    steal: await stealShare(),
    openFiles: await openFileLimit(),
    timerMs: null,
    loopbackMs: null,
    diskMs: null,
  };
}

/** The same with the clock, the loopback and the disk measured; takes about a second. */
export async function measuredMachineFacts(): Promise<MachineFacts> {
  const facts = await machineFacts();
  return {
    ...facts,
    timerMs: await timerDelayMs(),
    loopbackMs: await loopbackMs(),
    diskMs: await diskMs(),
  };
}

/** The grade that results are stamped with, and what speaks against them. */
export interface MachineStamp {
  readonly grade: Grade;
  /** Empty where the grade is good. */
  readonly concerns: readonly string[];
}

let stamp: Promise<MachineStamp> | null = null;

/** The grade of this machine as it was when it was first asked for: before anything is measured. */
export function machineStamp(): Promise<MachineStamp> {
  stamp ??= machineFacts().then((facts): MachineStamp => {
    const graded = gradeFacts(facts);
    const concerns = graded.filter(({ grade }) => grade !== 'good');
    return {
      grade: worstGrade(graded),
      concerns: concerns.map(({ name, value }) => `${name} ${value}`),
    };
  });
  return stamp;
}

/** Linux alone tells it: the eighth column of `/proc/stat` over a while. */
async function stealShare(): Promise<number | null> {
  const before = await processorTimes();
  await sleep(STEAL_MS);
  const after = await processorTimes();
  if (before === null || after === null) return null;
  const total = after.total - before.total;
  return total <= 0 ? null : (after.steal - before.steal) / total;
}

async function processorTimes(): Promise<{ total: number; steal: number } | null> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => '');
  const [, line = ''] = /^cpu +(.*)$/m.exec(text) ?? [];
  // Guest time is part of user time already.
  const times = line.split(' ').slice(0, 8).map(Number);
  const steal = times[7];
  return steal === undefined ? null : { total: times.reduce((a, b) => a + b, 0), steal };
}

async function openFileLimit(): Promise<number | null> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, limit] = /^Max open files +(\S+)/m.exec(text) ?? [];
  if (limit === undefined) return null;
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

async function timerDelayMs(): Promise<number> {
  let greatest = 0;
  for (let at = 0; at < TIMERS; at++) {
    const startedMs = performance.now();
    await sleep(1);
    greatest = Math.max(greatest, performance.now() - startedMs - 1);
  }
  return greatest;
}

async function loopbackMs(): Promise<number | null> {
  const server = createServer((_, response) => response.end('{}'));
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const times: number[] = [];
    for (let at = 0; at < WARM_UP + ROUND_TRIPS; at++) {
      const startedMs = performance.now();
      const [response] = await once(get({ host: '127.0.0.1', port }), 'response');
      response.resume();
      await once(response, 'end');
      if (at >= WARM_UP) times.push(performance.now() - startedMs);
    }
    return medianOf(times);
  } catch {
    return null;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function diskMs(): Promise<number | null> {
  const folder = await ownFolder('bench-doctor-');
  try {
    const file = await open(join(folder, 'block'), 'w');
    const startedMs = performance.now();
    await file.write(Buffer.alloc(DISK_BYTES, 1));
    await file.sync();
    const tookMs = performance.now() - startedMs;
    await file.close();
    return tookMs;
  } catch {
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
