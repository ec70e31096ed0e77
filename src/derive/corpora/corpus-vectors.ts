import { setImmediate } from 'node:timers/promises';
import type { Corpus } from '../../corpus/types.ts';
import type { Encoder, TextKind } from '../../embed/types.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { embedTexts } from '../../observe/embed-texts.ts';
import type { Progress } from '../../observe/progress.ts';
import type { VectorTable } from '../../record/types.ts';
import type { Backend } from '../../wire/backend.ts';

/** Vectors of all documents (ids are `collection/id`) and queries of a corpus, and what made them. */
export interface CorpusVectors {
  readonly source: string;
  readonly documents: VectorTable;
  readonly queries: VectorTable;
}

interface NamedText {
  readonly id: string;
  readonly text: string;
}

/** Texts handed to the encoder between two looks at the clock and at Ctrl-C. */
const CHUNK = 256;

/** Embeds a corpus with the local encoder. @throws UsageError where the encoder cannot embed a text */
export async function embedLocally(
  corpus: Corpus,
  encoder: Encoder,
  progress: Progress,
  signal: AbortSignal,
): Promise<CorpusVectors> {
  const { dimension } = encoder;
  const table = async (texts: readonly NamedText[], kind: TextKind): Promise<VectorTable> => {
    progress.stage(`embedding ${texts.length} texts (${kind})`, texts.length);
    const values = new Float32Array(texts.length * dimension);
    for (let from = 0; from < texts.length; from += CHUNK) {
      signal.throwIfAborted();
      const chunk = texts.slice(from, from + CHUNK);
      const vectors = await encoder.embed(
        chunk.map(({ text }) => text),
        kind,
      );
      for (const [i, vector] of vectors.entries()) values.set(vector, (from + i) * dimension);
      progress.tick(chunk.length);
      // A run of the encoder blocks this thread: signals are heard only in between.
      await setImmediate();
    }
    return { ids: texts.map(({ id }) => id), dimension, values };
  };
  return {
    source: `encoder ${encoder.name} ${encoder.fingerprint}`,
    documents: await table(documentTexts(corpus), 'document'),
    queries: await table(corpus.queries, 'query'),
  };
}

/**
 * Embeds a corpus through one backend.
 * @throws InfrastructureError naming the first text that could not be embedded
 */
export async function embedRemotely(
  corpus: Corpus,
  backend: Backend,
  options: {
    readonly model: string | null;
    readonly signal: AbortSignal;
    readonly progress: Progress;
  },
): Promise<CorpusVectors> {
  const table = async (texts: readonly NamedText[], what: string): Promise<VectorTable> => {
    options.progress.stage(
      `embedding ${what} through ${backend.url}`,
      Math.ceil(texts.length / 64),
    );
    const { table: embedded, failed } = await embedTexts(backend, 'incumbent', texts, options);
    const [first] = failed;
    if (first !== undefined) {
      throw new InfrastructureError(
        'embed',
        `${backend.url}: ${failed.length} of ${texts.length} texts were not embedded, first ${first.id}: ${first.detail}`,
        { hint: 'truth needs a vector of every text: mend the backend, or use --encoder' },
      );
    }
    return embedded;
  };
  return {
    source: `backend ${backend.url} ${options.model ?? ''}`.trimEnd(),
    documents: await table(documentTexts(corpus), 'documents'),
    queries: await table(corpus.queries, 'queries'),
  };
}

/**
 * Checks that stored vectors are those of the corpus: the same ids in the same order.
 * @throws UsageError naming the first that differs
 */
export function checkVectorIds(corpus: Corpus, vectors: CorpusVectors, folder: string): void {
  compare(documentTexts(corpus), vectors.documents, 'document', folder);
  compare(corpus.queries, vectors.queries, 'query', folder);
}

function compare(
  wanted: readonly { readonly id: string }[],
  { ids }: VectorTable,
  what: string,
  folder: string,
): void {
  const at = wanted.findIndex(({ id }, row) => id !== ids[row]);
  if (at < 0 && ids.length === wanted.length) return;
  const row = at < 0 ? wanted.length : at;
  throw new UsageError(
    'vector-ids',
    `${folder}: row ${row} of the ${what} vectors is ${ids[row] ?? 'missing'}, the corpus has ${wanted[row]?.id ?? 'no such row'} there`,
    { hint: 'the vectors are of another corpus: import it again, or embed it with --encoder' },
  );
}

function documentTexts(corpus: Corpus): NamedText[] {
  return corpus.collections.flatMap(({ name, documents }) =>
    documents.map(({ id, text }) => ({ id: `${name}/${id}`, text })),
  );
}
