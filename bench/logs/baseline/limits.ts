import { UsageError } from '../../../src/errors.ts';
import { parseTolerance, splitAssignment } from '../../../src/gate/tolerance.ts';
import type { DriftLimits } from '../../../src/logs/baselines/check.ts';
import { readNumber } from './numbers.ts';

/** The limits among the flags. */
export interface LimitOptions {
  readonly tolerance?: readonly string[];
  readonly min?: readonly string[];
  readonly max?: readonly string[];
}

/**
 * Reads the limits of a check.
 * @throws UsageError where there are none or one cannot be read.
 */
export function readLimits(options: LimitOptions): DriftLimits {
  const assign = <Value>(
    written: readonly string[],
    flag: string,
    read: (value: string, origin: string) => Value,
  ): Map<string, Value> =>
    new Map(
      written.map((text) => {
        const [name, value] = splitAssignment(text, flag);
        return [name, read(value, `${flag} ${name}`)];
      }),
    );
  const limits = {
    tolerances: assign(options.tolerance ?? [], '--tolerance', parseTolerance),
    minima: assign(options.min ?? [], '--min', readNumber),
    maxima: assign(options.max ?? [], '--max', readNumber),
  };
  if (limits.tolerances.size + limits.minima.size + limits.maxima.size > 0) return limits;
  throw new UsageError('no-limits', 'bench baseline check: no limit is given', {
    hint: "give at least one, e.g. --tolerance 'recall@10=-0.005' or --tolerance '*=1%'",
  });
}
