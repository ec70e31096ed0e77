import { damagedRecords } from './damaged-records.ts';
import type { Experiment } from './experiment.ts';
import { hostileBackends } from './hostile/hostile-backends.ts';
import { hostileServers } from './hostile/hostile-servers.ts';
import { secrets } from './hostile/secrets.ts';
import { hostileFiles } from './hostile-files/hostile-files.ts';
import { incumbentDies } from './incumbent-dies.ts';
import { killsExperiment } from './kills/kills.ts';

/** Every experiment, in the order of the table; a new one is a line here. */
export const EXPERIMENTS: readonly Experiment[] = [
  killsExperiment,
  damagedRecords,
  incumbentDies,
  hostileBackends,
  secrets,
  hostileServers,
  hostileFiles,
];
