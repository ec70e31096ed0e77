import { matchesFilter } from '../../corpus/filter.ts';
import type { Filter, Metadata } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import { compareUtf8 } from '../../metrics/utf8-order.ts';
import { chosen, drawn, tuningSplit } from '../chosen.ts';
import { gloveVectors } from '../glove/glove-file.ts';
import { lengthSlice, relevantSlice } from '../slices/text-slices.ts';
import { fetchDebianIndex } from '../sources/debian-index.ts';
import { weightedMeans, withVectors } from '../text/weighted-means.ts';
import type { CollectedCorpus, CollectionRecipe, CollectOptions } from '../types.ts';
import { type DebianPackage, readPackages } from './packages.ts';
import { relevance } from './relevance.ts';

const DOCUMENTS = 10_000;
const QUERIES = 2000;

/** Package descriptions as documents, one-line synopses as queries, editors' tags as judgments. */
export const debianKnownItem: CollectionRecipe = {
  name: 'debian-known-item',
  summary:
    'Debian 13 package descriptions as documents (10,000; --documents all), synopses as queries, tags as judgments',
  collect: async (options) => {
    options.onStep('fetching the package index of Debian 13');
    const index = await fetchDebianIndex(options.scratch, options.signal);
    const { packages, withoutDescription } = await readPackages(index);
    options.onStep('fetching and reading GloVe');
    const glove = await gloveVectors(options.scratch, options.signal);
    options.onStep('vectors of descriptions and synopses');
    const collected = packagesAsCorpus(packages, options, (documents) =>
      weightedMeans(glove.vectors, documents),
    );
    return {
      ...collected,
      provenance: [...index.provenance, glove.provenance],
      notes: [
        ...collected.notes,
        `${counted(withoutDescription, 'package without a description was', 'packages without a description were')} left out`,
      ],
    };
  },
};

/** Everything but where it came from. */
export function packagesAsCorpus(
  packages: readonly DebianPackage[],
  { documents, queries, metric }: Pick<CollectOptions, 'documents' | 'queries' | 'metric'>,
  vectorsOf: (documents: readonly string[]) => ReturnType<typeof weightedMeans>,
): CollectedCorpus {
  const sorted = packages.toSorted((a, b) => compareUtf8(a.name, b.name));
  const wanted = documents === 'all' ? sorted.length : (documents ?? DOCUMENTS);
  const taken = chosen(sorted, wanted, ({ name }) => name);
  const byName = new Map(taken.map((one) => [one.name, one]));
  const texts = taken.map((one) => ({
    id: one.name,
    text: one.description,
    metadata: metadataOf(one),
  }));
  const means = vectorsOf(texts.map(({ text }) => text));
  const found = withVectors(texts, means);
  const findable = found.kept.flatMap(({ id }) => byName.get(id) ?? []);
  const asked = withVectors(
    chosen(findable, queries ?? QUERIES, ({ name }) => `query ${name}`).map((one) => ({
      id: `s-${one.name}`,
      text: one.synopsis,
      about: one,
      filter: filterOf(one),
    })),
    means,
  );
  const judge = relevance(findable);
  const judged = asked.kept.map((query) => ({
    ...query,
    judgments: judge(query.about, query.id, (one) => {
      return query.filter === null || matchesFilter(query.filter, metadataOf(one));
    }),
  }));
  return {
    collection: 'packages',
    metric: metric ?? 'cosine',
    documents: found.kept,
    queries: judged.map(({ id, text, about, filter, judgments }) => ({
      id,
      text,
      cluster: `source-${about.source}`,
      slices: [
        filter === null ? 'unfiltered' : `filtered-${Object.keys(filter).join('-')}`,
        lengthSlice(text),
        relevantSlice(judgments.length),
        tuningSplit(about.name),
      ],
      ...(filter === null ? {} : { filter }),
    })),
    judgments: judged.flatMap(({ judgments }) => judgments),
    documentVectors: found.vectors,
    queryVectors: asked.vectors,
    vectorSource: 'idf-weighted mean of GloVe 6B 100 d',
    provenance: [],
    notes: [
      `${counted(taken.length - found.kept.length, 'description without a known word was', 'descriptions without a known word were')} left out`,
    ],
  };
}

function metadataOf(one: DebianPackage): Metadata {
  return {
    section: one.section,
    priority: one.priority,
    installedKiB: one.installedKiB,
    source: one.source,
    tags: one.tags,
  };
}

/** A quarter of the queries ask within a section, an eighth up to a size; the package itself always matches. */
function filterOf({ name, section, installedKiB }: DebianPackage): Filter | null {
  const part = drawn(`filter ${name}`, 8);
  if (part < 2) return { section };
  if (part === 2 && installedKiB !== null) return { installedKiB: { lte: installedKiB } };
  return null;
}
