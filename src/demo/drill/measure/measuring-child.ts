import { endOnCrash } from '../../../crash.ts';
import { measureStep, type StepOrder } from './measure-step.ts';

// The entry of a measuring process: takes one order, sends what it came to, and ends.
endOnCrash('drill');
process.once('message', async (order: StepOrder) => {
  const outcome = await measureStep(order);
  process.send?.(outcome, () => process.disconnect());
});
// A drill that has ended wants nothing more of it; after an answer this is the regular end.
process.once('disconnect', () => process.exit());
