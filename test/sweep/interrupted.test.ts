import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Config, configFrom } from '../../src/config/resolve.ts';
import { NO_PROGRESS } from '../../src/progress.ts';
import { openRun } from '../../src/record/run/open-run.ts';
import { sweep } from '../../src/sweep/job/sweep.ts';
import { type VectorCorpus, vectorCorpus } from './vector-corpus.ts';

let made: VectorCorpus;
let config: Config;
beforeAll(async () => {
  made = await vectorCorpus({ documents: 60, queries: 10, dimension: 8 });
  const { corpus, folder } = made;
  const given = { corpus, embed: 'corpus', ingest: 'if-empty', runs: `${folder}/runs` } as const;
  ({ config } = await configFrom(given, folder));
});
afterAll(() => made.remove());

/** A sweep that is interrupted when a stage begins. */
function interruptedAt(name: string) {
  const interrupt = new AbortController();
  const stage = (begun: string) => {
    if (begun === name) interrupt.abort(new Error('interrupted'));
  };
  return sweep(config, {
    backends: ['sqlite-vec:memory'],
    rounds: 1,
    requestsPerBlock: 10,
    progress: { ...NO_PROGRESS, stage },
    signal: interrupt.signal,
  });
}

test.each(['preflight', 'embed', 'recall'])(
  'an interrupt at the stage "%s" ends a sweep with 130, and with nothing to show',
  async (stage) => {
    const { status, findings, exitCode, runFolder } = await interruptedAt(stage);
    expect([status, findings, exitCode]).toEqual(['interrupted', null, 130]);
    if (runFolder === null) return;
    expect((await openRun(runFolder)).manifest?.status).toBe('interrupted');
  },
);

test('an interrupt after the first answers ends it with what they show', async () => {
  const { status, findings, exitCode } = await interruptedAt('speed');
  expect([status, exitCode]).toEqual(['interrupted', 130]);
  expect(findings?.points[0]?.recall.mean).toBe(1);
});
