import { expect, it } from 'vitest';
import { decodeFindings, encodeFindings } from '../../src/parity/stored-findings.ts';
import { deriveFindings } from '../../src/retrieve/derive/derive-findings.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

it('findings read back from their written form as they were', async () => {
  const { findings } = await deriveFindings(syntheticRun());
  const text = JSON.stringify(encodeFindings(findings));
  expect(text).toContain('"metric":"recall@10"');
  expect(decodeFindings(JSON.parse(text))).toEqual(findings);
});

it('a metric that this version does not know is refused by name', async () => {
  const stored = encodeFindings((await deriveFindings(syntheticRun())).findings);
  const text = JSON.stringify(stored).replaceAll('"mrr@10"', '"map@10"');
  expect(() => decodeFindings(JSON.parse(text))).toThrow(/"map@10" is no metric/);
});
