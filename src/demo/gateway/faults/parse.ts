import { nearestName } from '../../../config/nearest.ts';
import { UsageError } from '../../../errors.ts';
import { FAULTS } from './registry.ts';
import type { FaultHooks, FaultSpec } from './types.ts';

/**
 * Reads `KIND[:RATE]`, e.g. `drop:0.05`.
 * @throws UsageError on an unknown kind (naming the nearest one) or a rate outside (0, 1].
 */
export function parseFault(text: string, seed: number): FaultSpec {
  const [kind = '', rateText, ...rest] = text.split(':');
  const fault = FAULTS.get(kind);
  if (fault === undefined) {
    const near = nearestName(kind, [...FAULTS.keys()]);
    throw new UsageError('unknown-fault', `unknown fault ${JSON.stringify(kind)}`, {
      hint: `${near === null ? '' : `did you mean ${near}? `}known: ${[...FAULTS.keys()].join(', ')}`,
      context: { fault: text },
    });
  }
  if (rateText === undefined) return { kind, rate: fault.defaultRate, seed };
  const rate = /^(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(rateText) ? Number(rateText) : Number.NaN;
  if (rest.length > 0 || !(rate > 0 && rate <= 1)) {
    throw new UsageError(
      'fault-rate',
      `--fault ${text}: the rate is no number above 0 and up to 1`,
      {
        hint: `write ${kind}:${fault.defaultRate}; the rate is a ${fault.rateMeans}`,
        context: { fault: text },
      },
    );
  }
  return { kind, rate, seed };
}

/**
 * The hooks of the faults that were asked for, in their order.
 * @throws UsageError on an unknown kind.
 */
export function plantFaults(specs: readonly FaultSpec[]): readonly FaultHooks[] {
  return specs.map((spec) => {
    const fault = FAULTS.get(spec.kind);
    if (fault === undefined) {
      throw new UsageError('unknown-fault', `unknown fault ${JSON.stringify(spec.kind)}`, {
        hint: `known: ${[...FAULTS.keys()].join(', ')}`,
      });
    }
    return fault.plant(spec);
  });
}
