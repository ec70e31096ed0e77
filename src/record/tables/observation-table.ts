import { OUTCOME_KINDS } from '../../wire/outcome.ts';
import { ARMS, type Observation } from '../types.ts';
import {
  flag,
  oneOf,
  real,
  reals,
  rowsCodec,
  textField,
  texts,
  whole,
  wholeOrNull,
} from './rows-codec.ts';

/** One block of the main job, a row an observation. */
export const observationCodec = rowsCodec<Observation>({
  phase: oneOf(['census', 'quality', 'latency', 'throughput', 'attribution', 'effort', 'build']),
  cell: oneOf(['search', 'retrieve']),
  arm: oneOf(ARMS),
  block: whole,
  pair: whole,
  sequence: whole,
  queryId: textField,
  k: whole,
  outcome: oneOf(OUTCOME_KINDS),
  status: wholeOrNull,
  detail: textField,
  startedMs: real,
  latencyMs: real,
  sizeBytes: real,
  firstTouch: flag,
  ids: texts,
  collections: texts,
  similarities: reals,
  rawScores: reals,
});
