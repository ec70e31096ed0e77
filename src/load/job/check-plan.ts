import type { Config } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import type { Pair } from '../../observe/ask.ts';
import { requireHttp } from '../../wire/call.ts';
import type { LoadPlan } from '../plan.ts';

/**
 * Checks what can be known before anything is sent: both sides are reached by HTTP, and no rate is above a pace that
 * was set.
 * @throws UsageError naming the side.
 */
export function checkLoadPlan(plan: LoadPlan, config: Config, backends: Pair): void {
  for (const side of ['incumbent', 'candidate'] as const) {
    requireHttp(backends[side], 'a load');
    const { pace } = config[side];
    if (pace === null) continue;
    const asked = [...(plan.rates ?? []), ...(plan.ramp === null ? [] : [plan.ramp.toPerSecond])];
    const fastest = Math.max(...asked);
    if (asked.length > 0 && fastest <= pace && !plan.saturation) continue;
    const what =
      asked.length === 0 || plan.saturation
        ? 'the rates follow from how much the backends take'
        : `${fastest} requests/s`;
    throw new UsageError('load-pace', `${side}.pace is ${pace} requests/s, and ${what}`, {
      hint: `name rates up to it, e.g. --rates ${pace}, or leave the pace out`,
      context: { side, pace },
    });
  }
}
