import type { DriverSeen } from '../../record/observed.ts';
import type { LoadRecord } from '../../recorder.ts';
import { measuredRows } from './request-tally.ts';
import { summarizeTrial } from './summary.ts';
import type { DriverHealth } from './validity.ts';

/** How well the driver kept to its schedule, from the requests it sent and what was seen of its thread. */
export function driverHealth(record: LoadRecord, seen: DriverSeen): DriverHealth {
  const { slip, offeredPerSecond, firedPerSecond } = summarizeTrial(record, measuredRows(record));
  const { loopDelayP99Ms, headroom, steal } = seen;
  return {
    slipP99Ms: slip.p99Ms ?? slip.maxMs,
    loopDelayP99Ms,
    headroom,
    offeredPerSecond,
    firedPerSecond,
    steal,
  };
}
