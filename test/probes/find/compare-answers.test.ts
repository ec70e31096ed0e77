import { expect, it } from 'vitest';
import { compareEnds } from '../../../src/probes/find/compare-answers.ts';

const answered = (status: number) => ({
  outcome: 'http' as const,
  status,
  detail: `HTTP ${status}`,
  value: null,
  latencyMs: 1,
});

it('both sides that do not know who asks, or ask to wait, show no agreement', () => {
  for (const status of [401, 407, 429]) {
    const pair = { incumbent: answered(status), candidate: answered(status) };
    expect(compareEnds(pair as never)?.state).toBe('unanswered');
  }
  const refused = { incumbent: answered(422), candidate: answered(422) };
  expect(compareEnds(refused as never)?.state).toBe('same');
});
