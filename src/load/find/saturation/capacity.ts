import { UNREAD } from '../../answers/answers.ts';
import type { ObservedTrial } from '../../record/observed.ts';
import { driverHealth } from '../requests/driver-health.ts';
import { errorRate, measuredRows } from '../requests/request-tally.ts';
import { recallUnderLoad, settleAnswers, type ValueFor } from '../requests/settle.ts';
import { backlogSlope, summarizeTrial, type TimeSummary } from '../requests/summary.ts';
import { judgeValidity } from '../requests/validity.ts';
import { judgeTrial, type Objective, type TrialVerdict } from './objective.ts';

/** Holds one trial of a saturation search against its objective; `valueFor` is null where recall is not looked at. */
export function capacityVerdict(
  trial: ObservedTrial,
  valueFor: ValueFor | null,
  objective: Objective,
): TrialVerdict {
  const { record, values } =
    valueFor === null
      ? { record: trial.record, values: null }
      : settleAnswers(trial.record, [valueFor]);
  const rows = measuredRows(record);
  const { response, tally, offeredPerSecond } = summarizeTrial(record, rows);
  const health = driverHealth(record, trial.driver);
  // New answers that the client keeps no more may be broken ones: then it is the client that is at its limit.
  const isRead = values === null || rows.every((row) => record.variant[row] !== UNREAD);
  return judgeTrial(
    {
      valid: isRead && judgeValidity(health, objective.p99MaxMs).valid,
      p99Ms: response.p99Ms ?? greatest(response),
      errorRate: errorRate(tally),
      recall: values === null ? null : recallUnderLoad(values, rows),
      backlogPerSecond: backlogSlope(record, rows),
      offeredPerSecond,
    },
    objective,
  );
}

/** Where the requests are too few for a p99, the slowest of them is at least as strict. */
function greatest({ infiniteCount, maxMs }: TimeSummary): number | null {
  return infiniteCount > 0 ? Number.POSITIVE_INFINITY : maxMs;
}
