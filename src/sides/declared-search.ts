import type { Config, SearchUses } from '../config/resolve.ts';
import type { Corpus } from '../corpus/types.ts';
import { UsageError } from '../errors.ts';
import type { Side } from '../record/types.ts';
import type { Backend } from '../wire/backend.ts';
import { embedderNamed } from './embedder-named.ts';
import { remembered } from './remembered.ts';

type Pair = Readonly<Record<Side, Backend>>;

/** What was declared of the incumbent's search, a clause each, e.g. `metric dot`. */
export function declaredClauses({ metric, queryPrefix, embedder }: SearchUses): string[] {
  return [
    ...(metric === null ? [] : [`metric ${metric}`]),
    ...(queryPrefix === null ? [] : [`query prefix ${JSON.stringify(queryPrefix)}`]),
    ...(embedder === null ? [] : [`embedder ${embedder}`]),
  ];
}

/** The same, without a metric that the corpus says itself: that declares nothing new. */
export function declaredBeyond({ metric = 'cosine' }: Corpus, declared: SearchUses): string[] {
  return declaredClauses({
    ...declared,
    metric: declared.metric === metric ? null : declared.metric,
  });
}

/**
 * A corpus with the metric that was declared.
 * @throws UsageError where the corpus names another one.
 */
export function withDeclaredMetric(corpus: Corpus, { metric }: SearchUses): Corpus {
  if (metric === null) return corpus;
  if (corpus.metric !== undefined && corpus.metric !== metric) {
    throw new UsageError(
      'metric-conflict',
      `searchUses.metric = ${metric}: the corpus ${corpus.name} says ${corpus.metric}`,
      { hint: `leave one of them out, or correct "metric" in ${corpus.folder}/manifest.json` },
    );
  }
  return { ...corpus, metric };
}

/**
 * Both sides with the embeddings that were declared: queries are embedded with the prefix on either side, and the
 * incumbent's vectors come from the embedder that was named. Searches are sent as they are.
 * @returns the sides, and what ends the embedder; closing it leaves the sides open
 * @throws UsageError where an embedder is shared: both sides are then asked by its vectors, and nothing is hidden
 */
export async function asDeclared(
  pair: Pair,
  config: Pick<Config, 'searchUses' | 'embed' | 'corpus' | 'encoder'>,
): Promise<{ readonly pair: Pair; readonly close: () => Promise<void> }> {
  const { queryPrefix, embedder } = config.searchUses;
  if (queryPrefix === null && embedder === null) return { pair, close: async () => {} };
  if (config.embed !== null) {
    throw new UsageError(
      'declared-search',
      'searchUses.queryPrefix and searchUses.embedder do not go with a shared embedder',
      {
        hint: 'with embed both sides are asked by its vectors: give it the prefix in its encoder.json',
      },
    );
  }
  const named = embedder === null ? null : remembered(await embedderNamed(embedder, config));
  const incumbent = named === null ? pair.incumbent : embeddingBy(pair.incumbent, named);
  return {
    pair: {
      incumbent: withPrefix(incumbent, queryPrefix),
      candidate: withPrefix(pair.candidate, queryPrefix),
    },
    close: async () => named?.close(),
  };
}

function embeddingBy(backend: Backend, embedder: Backend): Backend {
  const { capabilities } = backend;
  const { embed, capabilities: own } = embedder;
  const route = own.operations.embed;
  return {
    ...backend,
    capabilities: {
      ...capabilities,
      embed: own.embed,
      operations: { ...capabilities.operations, ...(route === undefined ? {} : { embed: route }) },
    },
    ...(embed === undefined ? {} : { embed: embed.bind(embedder) }),
  };
}

function withPrefix(backend: Backend, prefix: string | null): Backend {
  const { embed } = backend;
  if (prefix === null || embed === undefined) return backend;
  return {
    ...backend,
    embed: (request, signal) =>
      embed.call(
        backend,
        request.kind === 'query'
          ? { ...request, texts: request.texts.map((text) => prefix + text) }
          : request,
        signal,
      ),
  };
}
