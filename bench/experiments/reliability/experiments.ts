import { concurrencyExperiment } from './concurrency.ts';
import { diskExperiment } from './disk/disk.ts';
import type { Experiment } from './experiment.ts';
import { hostileBackends } from './hostile/hostile-backends.ts';
import { hostileServers } from './hostile/hostile-servers.ts';
import { secrets } from './hostile/secrets.ts';
import { hostileFiles } from './hostile-files/hostile-files.ts';
import { incumbentDies } from './incumbent/incumbent-dies.ts';
import { killsExperiment } from './kills/kills.ts';
import { damagedRecords } from './records/damaged-records.ts';
import { telemetry } from './telemetry.ts';
import { truthMemoryExperiment } from './truth-memory.ts';

/** Every experiment, in the order of the table; a new one is a line here. */
export const EXPERIMENTS: readonly Experiment[] = [
  killsExperiment,
  diskExperiment,
  concurrencyExperiment,
  truthMemoryExperiment,
  damagedRecords,
  incumbentDies,
  hostileBackends,
  secrets,
  telemetry,
  hostileServers,
  hostileFiles,
];
