import { rescore, retrieve } from 'retrieval-parity';
import { expect, it } from 'vitest';
import { NO_PROGRESS } from '../../src/progress.ts';
import { toyPair } from './toy-pair.ts';

it('an interrupt while a run is judged ends it within that, and --resume makes the rest', async () => {
  const { config } = await toyPair();
  const interrupt = new AbortController();
  const progress = {
    ...NO_PROGRESS,
    stage: (name: string) => {
      if (name === 'judging') interrupt.abort(new Error('interrupted'));
    },
  };
  const cut = await retrieve(config, { signal: interrupt.signal, progress });
  if (cut.verdict === null) throw new Error('nothing was judged');
  expect([cut.status, cut.exitCode, cut.verdict.state]).toEqual([
    'interrupted',
    130,
    'inconclusive',
  ]);
  const { complete, referenceLeft, reference } = cut.findings;
  expect([complete, referenceLeft, reference]).toEqual([false, true, []]);
  expect(await rescore(cut.runFolder)).toMatchObject({ differing: [], exitCode: 0 });

  const whole = await retrieve(config, { resume: cut.runFolder });
  expect([whole.status, whole.verdict?.state]).toEqual(['complete', 'pass']);
  expect(whole.findings).toMatchObject({ complete: true, reference: [{ collection: 'jobs' }] });
  expect(whole.findings?.referenceLeft).toBeUndefined();
});
