import { setImmediate } from 'node:timers/promises';
import { textsOf } from '../../corpus/document-key.ts';
import type { Corpus } from '../../corpus/types.ts';
import { counted } from '../../counted.ts';
import type { Encoder } from '../../embed/types.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { embedTexts } from '../../observe/embed-texts.ts';
import type { Progress } from '../../progress.ts';
import type { VectorWriter } from '../../record/vectors/vector-writer.ts';
import type { Backend } from '../../wire/backend.ts';

interface NamedText {
  readonly id: string;
  readonly text: string;
}

/** Texts handed to the encoder between two looks at the clock and at Ctrl-C. */
const LOCAL_CHUNK = 256;
/** Texts whose vectors wait for one another on their way to the disk: 64 requests. */
const REMOTE_CHUNK = 4096;

/** What made the vectors of a local encoder. */
export function encoderSource({
  name,
  fingerprint,
}: Pick<Encoder, 'name' | 'fingerprint'>): string {
  return `encoder ${name} ${fingerprint}`;
}

/** What made the vectors of a backend. */
export function backendSource({ label }: Backend, model: string | null): string {
  return `backend ${label} ${model ?? ''}`.trimEnd();
}

/**
 * Embeds a corpus with the local encoder, chunk by chunk onto the disk; ids of documents are `collection/id`.
 * @throws UsageError where the encoder cannot embed a text
 */
export async function embedLocally(
  corpus: Corpus,
  encoder: Encoder,
  writer: VectorWriter,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  const { dimension } = encoder;
  for (const { role, kind, texts } of askedTexts(corpus)) {
    progress.stage(`embedding ${counted(texts.length, 'text')} (${kind})`, texts.length);
    for (let from = 0; from < texts.length; from += LOCAL_CHUNK) {
      signal.throwIfAborted();
      const chunk = texts.slice(from, from + LOCAL_CHUNK);
      const vectors = await encoder.embed(
        chunk.map(({ text }) => text),
        kind,
      );
      const values = new Float32Array(chunk.length * dimension);
      for (const [i, vector] of vectors.entries()) values.set(vector, i * dimension);
      await writer.add(role, idsOf(chunk), dimension, values);
      progress.tick(chunk.length);
      // A run of the encoder blocks this thread: signals are heard only in between.
      await setImmediate();
    }
  }
  await writer.end(encoderSource(encoder));
}

/**
 * Embeds a corpus through one backend, chunk by chunk onto the disk; ids of documents are `collection/id`.
 * @throws InfrastructureError naming the first text that could not be embedded, or a dimension that changes
 */
export async function embedRemotely(
  corpus: Corpus,
  backend: Backend,
  writer: VectorWriter,
  options: {
    readonly model: string | null;
    readonly signal: AbortSignal;
    readonly progress: Progress;
  },
): Promise<void> {
  let dimension: number | null = null;
  for (const { role, kind, texts } of askedTexts(corpus)) {
    options.progress.stage(
      `embedding ${role} through ${backend.label}`,
      Math.ceil(texts.length / 64),
    );
    for (let from = 0; from < texts.length; from += REMOTE_CHUNK) {
      const chunk = texts.slice(from, from + REMOTE_CHUNK);
      const { table, failed } = await embedTexts(backend, 'incumbent', chunk, {
        ...options,
        kind,
      });
      const [first] = failed;
      if (first !== undefined) {
        throw new InfrastructureError(
          'embed',
          `${backend.label}: ${failed.length} of ${chunk.length} texts were not embedded, first ${first.id}: ${first.detail}`,
          { hint: 'truth needs a vector of every text: fix the backend, or use --encoder' },
        );
      }
      dimension ??= table.dimension;
      if (table.dimension !== dimension) {
        throw new InfrastructureError(
          'dimension',
          `${backend.label}: embeddings of ${dimension} and of ${table.dimension} dimensions`,
          { hint: 'one backend must embed every text with one model' },
        );
      }
      await writer.add(role, table.ids, table.dimension, table.values);
    }
  }
  await writer.end(backendSource(backend, options.model));
}

/**
 * Checks that vectors are those of a corpus: the same ids in the same order, block after block.
 * @returns takes the ids of one block after another, and at the end says whether any are missing
 * @throws UsageError naming the first that differs
 */
export function idChecker(
  wanted: readonly string[],
  what: 'document' | 'query',
  folder: string,
): { readonly take: (ids: readonly string[]) => void; readonly end: () => void } {
  let row = 0;
  const differs = (found: string | undefined): UsageError =>
    new UsageError(
      'vector-ids',
      `${folder}: row ${row} of the ${what} vectors is ${found ?? 'missing'}, the corpus has ${wanted[row] ?? 'no such row'} there`,
      { hint: 'the vectors are of another corpus: import it again, or embed it with --encoder' },
    );
  return {
    take: (ids) => {
      for (const id of ids) {
        if (id !== wanted[row]) throw differs(id);
        row++;
      }
    },
    end: () => {
      if (row < wanted.length) throw differs(undefined);
    },
  };
}

/** The texts of a corpus in the order of its vectors, documents first. */
export function askedTexts(corpus: Corpus): readonly {
  readonly role: 'documents' | 'queries';
  readonly kind: 'query' | 'document';
  readonly texts: readonly NamedText[];
}[] {
  return [
    { role: 'documents', kind: 'document', texts: textsOf(corpus.collections) },
    { role: 'queries', kind: 'query', texts: corpus.queries },
  ];
}

function idsOf(texts: readonly NamedText[]): string[] {
  return texts.map(({ id }) => id);
}
