import { counted } from '../counted.ts';
import type { Side } from '../record/types.ts';
import { patient, type Waits } from '../wire/pace/patient.ts';
import type { Pair } from './ask.ts';

/** Both sides for phases that are not timed: each waits where it is throttled. */
export interface PatientPair {
  readonly pair: Pair;
  readonly waits: () => Readonly<Record<Side, Waits>>;
  /** A line for each side that was waited for. */
  readonly lines: () => string[];
}

/** Both sides with patience; the measured phases use the pair itself. */
export function patientPair({ incumbent, candidate }: Pair): PatientPair {
  const sides = { incumbent: patient(incumbent), candidate: patient(candidate) };
  const waits = () => ({ incumbent: sides.incumbent.waits(), candidate: sides.candidate.waits() });
  return {
    pair: { incumbent: sides.incumbent.backend, candidate: sides.candidate.backend },
    waits,
    lines: () =>
      Object.entries(waits()).flatMap(([side, { count, totalMs }]) =>
        count === 0
          ? []
          : [
              `${side} throttled ${counted(count, 'request')}; waited ${(totalMs / 1000).toFixed(1)} s in all (set ${side}.pace to stay below its limit)`,
            ],
      ),
  };
}
