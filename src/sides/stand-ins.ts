import type { Config } from '../config/resolve.ts';
import type { Corpus } from '../corpus/types.ts';

/**
 * A corpus whose documents and queries without a text have a stand-in for one: an embedder that gives the vectors of
 * the corpus knows it again, and no other may be asked to embed it.
 */
export function withStandIns(corpus: Corpus): Corpus {
  const named = <Row extends { readonly id: string; readonly text: string }>(
    row: Row & { readonly textless?: true },
    of: string,
  ): Row => {
    if (row.textless !== true) return row;
    const { textless: _, ...rest } = row;
    return { ...rest, text: `${of} ${row.id}` } as unknown as Row;
  };
  return {
    ...corpus,
    collections: corpus.collections.map(({ name, documents }) => ({
      name,
      documents: documents.map((document) => named(document, `document of ${name}:`)),
    })),
    queries: corpus.queries.map((query) => named(query, 'query')),
  };
}

/** A corpus as its backends are asked: with stand-ins where the embedder knows the vectors of the corpus. */
export function askedCorpus(corpus: Corpus, { embed }: Pick<Config, 'embed'>): Corpus {
  return embed === 'corpus' ? withStandIns(corpus) : corpus;
}
