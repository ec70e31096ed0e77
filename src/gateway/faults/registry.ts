import { slowP50, slowTail } from './delay.ts';
import { drop } from './drop.ts';
import { duplicate } from './duplicate.ts';
import { errors } from './errors.ts';
import { hang } from './hang.ts';
import { malformedJson } from './malformed-json.ts';
import { reverse } from './reverse.ts';
import { scoreSign } from './score-sign.ts';
import { truncate } from './truncate.ts';
import type { Fault } from './types.ts';

/** Every fault that can be planted, by kind; a new one is one file and one line here. */
export const FAULTS: ReadonlyMap<string, Fault> = new Map(
  [
    drop,
    duplicate,
    errors,
    hang,
    malformedJson,
    reverse,
    scoreSign,
    slowP50,
    slowTail,
    truncate,
  ].map((fault) => [fault.kind, fault]),
);
