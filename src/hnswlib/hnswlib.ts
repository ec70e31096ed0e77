import { createRequire } from 'node:module';
import type hnswlib from 'hnswlib-node';
import { InfrastructureError } from '../errors.ts';

/** A graph of hnswlib without rows. */
export type Graph = hnswlib.HierarchicalNSW;

const require = createRequire(import.meta.url);

/**
 * Makes a graph of hnswlib; its native library is loaded when the first one is made.
 * @throws InfrastructureError where it is not compiled, as after an installation without scripts
 */
export function createGraph(space: 'cosine' | 'ip' | 'l2', dimension: number): Graph {
  return new (library().HierarchicalNSW)(space, dimension);
}

function library(): typeof hnswlib {
  try {
    return require('hnswlib-node') as typeof hnswlib;
  } catch (cause) {
    throw new InfrastructureError('hnswlib', 'the native library of hnswlib-node is not compiled', {
      hint: 'run npm rebuild hnswlib-node: it needs a C++ compiler, make and Python; npm ci --ignore-scripts leaves it out',
      cause,
    });
  }
}
