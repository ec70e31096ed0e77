import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planCommand } from '../../bench/backends/plan.ts';
import type { PlanAhead } from '../../src/retrieve/plan/plan-ahead.ts';
import { runCommand } from '../support/run-command.ts';

const ROOT = join(import.meta.dirname, '../..');
const DROP = join(ROOT, 'test/golden/runs/drop');

async function planned(...argv: string[]): Promise<PlanAhead> {
  const { stdout, code } = await runCommand(planCommand, ['plan', '--json', ...argv], {
    cwd: ROOT,
  });
  expect(code).toBe(0);
  return JSON.parse(stdout) as PlanAhead;
}

it('says what the shipped corpus would be asked and could show, without a backend', async () => {
  const plan = await planned();
  expect(plan).toMatchObject({ corpus: 'workers-200', needs: 1_070, queries: 1_470, alpha: 0.025 });
  const requests = Object.fromEntries(plan.phases.map((phase) => [phase.phase, phase.requests]));
  expect(requests).toMatchObject({ census: 520, quality: 10_440, latency: 9_600 });
  const gate = plan.gates.find(
    ({ cell, slice, metric }) => cell === 'retrieve' && slice === null && metric.depth === 1,
  );
  expect(gate).toMatchObject({ gated: true, needs: 1_070, margin: 0.005, leastNeeds: 736 });
  expect(gate?.whole.lossThatFails).toBeGreaterThan(0.005);
  const small = plan.gates.find(({ slice }) => slice === 'filtered-1%');
  expect(small).toMatchObject({ gated: false, needs: 70, whole: { lossThatPasses: null } });
});

it('answers first: how much would be asked, and whether that can decide', async () => {
  const { stdout } = await runCommand(planCommand, ['plan', '--set', 'quality.maxNeeds=100'], {
    cwd: ROOT,
  });
  const [title, , , answer] = stdout.split('\n');
  expect(title).toBe('Plan');
  expect(answer).toMatch(
    /^[\d,]+ requests, [\d.]+ minutes at 10 ms each; where both sides are alike,/,
  );
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/alike, 0 of \d+ gates on quality can pass/);
});

it('takes fewer needs, the only look, a time of requests and a pilot into account', async () => {
  const fewer = await planned('--set', 'quality.maxNeeds=100', '--set', 'looks=one');
  expect(fewer).toMatchObject({ needs: 100, alpha: 0.05 });
  expect(fewer.gates[0]).toMatchObject({ leastNeeds: 598, whole: { passWithoutLoss: 0 } });
  const slow = await planned('--request-ms', '100');
  const minutes = (plan: PlanAhead) => plan.phases.reduce((sum, phase) => sum + phase.minutes, 0);
  expect(minutes(slow)).toBeCloseTo(10 * minutes(await planned()), 6);
  const { gates } = await planned('--pilot', DROP);
  expect(
    gates.find(({ slice, metric }) => slice === null && metric.depth === 1)?.pilot,
  ).not.toBeNull();
});

it('refuses a time that is none, and a margin that can never be shown', async () => {
  const bad = await runCommand(planCommand, ['plan', '--request-ms', 'soon'], { cwd: ROOT });
  expect(bad.error).toMatchObject({ code: 'flag-number', exitCode: 2 });
  const narrow = await runCommand(planCommand, ['plan', '--set', 'gates.recall.margin=0.001'], {
    cwd: ROOT,
  });
  expect(narrow.error).toMatchObject({ code: 'gate-margin', exitCode: 2 });
});
