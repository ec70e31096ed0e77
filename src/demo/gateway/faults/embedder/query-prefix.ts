import { isVictim } from '../draw.ts';
import type { Fault } from '../types.ts';

/** What nomic-embed-text was trained to see before a query. */
const PREFIX = 'search_query: ';

/**
 * A task prefix that one side puts before queries and the other does not. Everything else is embedded
 * as it stands, so that the side without the fault is the one whose prefix is missing.
 */
export const queryPrefix: Fault = {
  kind: 'query-prefix',
  defaultRate: 1,
  summary: `searches embed queries with the task prefix "${PREFIX}", which is missing elsewhere`,
  rateMeans: 'share of the queries, drawn by their text',
  changes: ['ranking', 'score'],
  component: 'query-embedder',
  corpus: 'workers-200',
  plant: ({ rate, seed }) => ({
    texts: (texts, purpose) =>
      purpose !== 'query'
        ? texts
        : texts.map((text) => (isVictim(text, rate, seed, 'query-prefix') ? PREFIX + text : text)),
  }),
};
