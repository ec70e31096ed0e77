import { expect, it } from 'vitest';
import { measureInProcess } from '../../../src/demo/drill/measure/measuring-process.ts';
import { temporaryFolder } from '../../record/fixtures.ts';

it('a step that does not end comes to nothing and says so: it is measured again', async () => {
  const folder = await temporaryFolder();
  const urls = { incumbentUrl: 'http://127.0.0.1:9', candidateUrl: 'http://127.0.0.1:10' };
  const order = { step: 'retrieve' as const, ...urls, corpusFolder: folder, folder };
  const { signal } = new AbortController();
  const whole = { ...order, querySeed: 1, catalogue: null };
  expect(await measureInProcess(whole, signal, 6)).toMatchObject({
    verdict: null,
    problem: 'it did not end within 0.0001 minutes',
  });
});
