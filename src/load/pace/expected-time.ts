import { counted } from '../../counted.ts';
import type { LoadPlan, RampPlan } from '../plan.ts';
import { warmUpDurationMs } from './schedule.ts';

/** Warm-up of the floor in milliseconds, where none is given. */
export const FLOOR_WARM_UP_MS = 2000;

const FLOOR_MS = 2000;
const FLOOR_REQUESTS = 300;

/** Milliseconds for which the floor of a rate is measured: at least 2 s and at least 300 requests. */
export function floorMs(ratePerSecond: number): number {
  return Math.max(FLOOR_MS, (1000 * FLOOR_REQUESTS) / ratePerSecond);
}

/**
 * Milliseconds that one rate takes: the floor, the incumbent against itself, and both sides. A rate at which the
 * driver was late is measured again and takes longer.
 */
export function rungMs(plan: LoadPlan, ratePerSecond: number): number {
  const { pairCount, requestsPerBlock, discardPerBlock } = plan;
  const warmUpMs = plan.warmUpMs ?? warmUpDurationMs(ratePerSecond);
  const blocksMs = (2000 * pairCount * (requestsPerBlock + discardPerBlock)) / ratePerSecond;
  const ofFloorMs = (plan.warmUpMs ?? FLOOR_WARM_UP_MS) + floorMs(ratePerSecond);
  return ofFloorMs + 2 * (2 * warmUpMs + blocksMs);
}

/** Milliseconds that a ramp takes: each side twice. */
export function rampMs({ warmUpMs }: LoadPlan, ramp: RampPlan): number {
  const mean = (ramp.fromPerSecond + ramp.toPerSecond) / 2;
  return 4 * ((warmUpMs ?? warmUpDurationMs(mean)) + ramp.durationMs);
}

/** What a load will take at least, in words; null where nothing of it is known beforehand. */
export function expectedText(plan: LoadPlan, rates: readonly number[]): string | null {
  const ofRates = rates.reduce((sum, rate) => sum + rungMs(plan, rate), 0);
  const ofRamp = plan.ramp === null ? 0 : rampMs(plan, plan.ramp);
  if (ofRates + ofRamp === 0) return null;
  const parts = [
    ...(rates.length === 0 ? [] : [`${counted(rates.length, 'rate')} in ${durationText(ofRates)}`]),
    ...(ofRamp === 0 ? [] : [`a ramp in ${durationText(ofRamp)}`]),
    ...(plan.saturation ? ['then the saturation of each side'] : []),
  ];
  return `${parts.join(', ')}; more where the driver is late`;
}

/** A duration in words; of hours and days from two of them on. */
export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 2 * 86_400
    ? `${Math.ceil(seconds / 3600)} h`
    : `${Math.ceil(seconds / 86_400)} days`;
}
