import { rankBiasedOverlap } from '../../metrics/ranking/rbo.ts';
import { setAgreementAtK } from '../../metrics/ranking/set-agreement.ts';
import type { Measure } from '../types.ts';
import type { TieFolder } from './ties.ts';

/** δ of two lists of rows, in [0, 1]. */
export type ListDistance = (a: readonly number[], b: readonly number[]) => number;

/** δ of two lists of rows that answer a query: rows that are equally near to it by truth are one and the same. */
export type QueryDistance = (query: number, a: readonly number[], b: readonly number[]) => number;

/** The two measures of disagreement, blind to the order of exact ties. */
export function queryDistances(k: number, fold: TieFolder): ReadonlyMap<Measure, QueryDistance> {
  return new Map(
    [...distancesAt(k)].map(([measure, distance]) => [
      measure,
      (query, a, b) => (equal(a, b) ? 0 : distance(fold(query, a), fold(query, b))),
    ]),
  );
}

/** The two measures of disagreement: RBO sees order and cannot see truncation, overlap the other way round. */
export function distancesAt(k: number): ReadonlyMap<Measure, ListDistance> {
  const p = 1 - 1 / k;
  return new Map<Measure, ListDistance>([
    [
      '1 − RBO',
      (a, b) => (equal(a, b) ? 0 : 1 - rankBiasedOverlap(alone(a, k), alone(b, k), p).ext),
    ],
    ['1 − overlap', (a, b) => (equal(a, b) ? 0 : 1 - setAgreementAtK(a, b, k).overlapMax)],
  ]);
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((row, at) => row === b[at]);
}

function alone(rows: readonly number[], k: number): number[][] {
  return rows.slice(0, k).map((row) => [row]);
}
