import { describe, expect, it } from 'vitest';
import { evaluateGates } from '../../src/gate/evaluate.ts';
import { verdictSentence } from '../../src/gate/sentence.ts';
import { deriveAgain } from '../support/derive-again.ts';
import { syntheticRun } from '../support/synthetic-run.ts';

describe('ids of the candidate that the corpus does not know', () => {
  for (const [name, rename, told] of [
    ['a prefix', (id: string) => `items:${id}`, 'has a prefix'],
    ['no prefix', (id: string) => id.replace('d-', ''), 'lacks a prefix'],
    ['zeros', (id: string) => id.replace('d-', 'd-00'), 'is another writing of a number'],
  ] as const) {
    it(`are a matter of the contract, with the guess that they have ${name}`, async () => {
      const run = syntheticRun({
        tamper: (hits, { arm }) =>
          arm.startsWith('B')
            ? hits.map((hit) => (/[37]$/.test(hit.id) ? { ...hit, id: rename(hit.id) } : hit))
            : hits,
      });
      const verdict = evaluateGates((await deriveAgain(run)).findings, {});
      expect(verdict.state).toBe('fail');
      expect(verdictSentence(verdict)).toMatch(
        new RegExp(`contract of search \\(unknown-id in \\d+ answers .*${told}`),
      );
    });
  }

  it('are not, where the row names another collection: that is said', async () => {
    const run = syntheticRun({
      tamper: (hits, { arm }) =>
        arm.startsWith('B') ? hits.map((hit) => ({ ...hit, collection: 'items_v2' })) : hits,
    });
    const verdict = evaluateGates((await deriveAgain(run)).findings, {});
    expect(verdict.state).toBe('fail');
    expect(verdictSentence(verdict)).toMatch(/"items_v2\/\S+" for "\S+" names another collection/);
  });
});
