import { UsageError } from '../errors.ts';
import type { Corpus } from './types.ts';

/**
 * Refuses a corpus whose documents or queries are known by their vectors alone, for a job that asks or embeds by text:
 * a text that nobody wrote would be measured in place of the data.
 * @param what what cannot be done, e.g. `asked by text`
 * @throws UsageError with the numbers of both
 */
export function requireTexts(
  { collections, queries, folder }: Pick<Corpus, 'collections' | 'queries' | 'folder'>,
  what: string,
): void {
  const documents = collections.flatMap((collection) => collection.documents);
  const counts = Object.entries({ documents, queries }).flatMap(([name, rows]) => {
    const textless = rows.filter((row) => row.textless === true).length;
    return textless === 0 ? [] : [`${textless} of ${rows.length} ${name}`];
  });
  if (counts.length === 0) return;
  throw new UsageError(
    'corpus-no-texts',
    `${folder}: ${counts.join(' and ')} have a vector and no text, so that they cannot be ${what}`,
    {
      hint: 'import the texts with the vectors, or ask by the vectors that the corpus carries, of sides that take vectors: --embed corpus',
    },
  );
}
