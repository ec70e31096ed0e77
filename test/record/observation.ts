import type { Observation } from '../../src/record/types.ts';

/** An ordinary observation with what a test changes. */
export function observation(changes: Partial<Observation> = {}): Observation {
  return {
    phase: 'quality',
    cell: 'search',
    arm: 'A',
    block: 0,
    pair: 0,
    sequence: 0,
    queryId: 'q-1',
    k: 10,
    outcome: 'ok',
    status: 200,
    detail: '',
    startedMs: 12.5,
    latencyMs: 1.25,
    sizeBytes: 512,
    firstTouch: true,
    ids: ['w-43', 'w-101'],
    collections: ['workers', 'workers'],
    similarities: [0.9, 0.8],
    rawScores: [0.1, 0.2],
    ...changes,
  };
}
