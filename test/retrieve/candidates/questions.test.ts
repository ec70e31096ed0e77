import { expect, it } from 'vitest';
import { retrieveCandidates } from '../../../src/retrieve/candidates/retrieve-candidates.ts';
import { retrieve } from '../../../src/retrieve/retrieve.ts';
import { stubGateway } from '../../support/stub-gateway.ts';
import { STUB_DOCUMENTS, stubConfig } from '../../support/stub-run.ts';

it('several candidates of one software and version are each a question of its own', async () => {
  const urls = [];
  for (let at = 0; at < 3; at++) urls.push((await stubGateway(STUB_DOCUMENTS)).url);
  const [incumbent = '', candidate = '', other = ''] = urls;
  const config = await stubConfig(
    STUB_DOCUMENTS,
    { incumbent, candidate },
    {
      operations: ['search'],
      candidates: [{ url: other, dialect: 'rust-lakehouse' }],
      gates: { recall: { margin: 0.3, min: 0.99 }, errors: { margin: 0.3 }, ndcg: false },
    },
  );
  const looked = async (looks: 'many' | 'one') => {
    const { results } = await retrieveCandidates({ ...config, looks, build: looks });
    return results.map(({ verdict }) => [verdict?.state, verdict?.look?.number]);
  };
  const first = [
    ['inconclusive', 1],
    ['inconclusive', 1],
  ];
  expect(await looked('one')).toEqual(first);
  expect(await looked('many')).toEqual(first);
  const { candidates: _, ...alone } = config;
  const { verdict } = await retrieve({ ...alone, build: 'many' });
  expect(verdict?.look?.number).toBe(2);
});
