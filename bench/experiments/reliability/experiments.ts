import type { Experiment } from './experiment.ts';

/** Every experiment, in the order of the table; a new one is a line here. */
export const EXPERIMENTS: readonly Experiment[] = [];
