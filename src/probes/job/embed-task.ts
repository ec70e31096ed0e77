import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Corpus } from '../../corpus/types.ts';
import { loadEncoder } from '../../embed/encoder.ts';
import { UsageError } from '../../errors.ts';
import { type EmbedFindings, embedFindings } from '../find/embed.ts';
import { observeEmbed, PROBE_TEXTS } from '../observe/embed.ts';
import type { EmbedRecord, IndexDistance } from '../record/embed.ts';
import { embedSections } from '../report/embed.ts';
import type { ProbeTask } from './session.ts';

/** What may be chosen for the embedding probe. */
export interface EmbedTaskOptions {
  /** A file, or `corpus`. */
  readonly texts?: string;
  /** Folder of a local ONNX model. */
  readonly reference?: string;
  readonly distance: IndexDistance;
}

/** The embedding probe as a task; files are read when it runs. */
export function embedTask(options: EmbedTaskOptions): ProbeTask<EmbedFindings> {
  return {
    endpoint: 'embed',
    observe: async ({ backends, config, corpus, io }) => {
      const texts = await textsOf(options.texts, corpus, io.cwd);
      const encoder =
        options.reference === undefined
          ? null
          : await loadEncoder(resolve(io.cwd, options.reference));
      try {
        return await observeEmbed(backends, {
          texts,
          model: config.model,
          distance: options.distance,
          reference:
            encoder === null
              ? null
              : { name: encoder.name, embed: (some) => encoder.embed(some, 'raw') },
          signal: io.signal,
        });
      } finally {
        await encoder?.close();
      }
    },
    findings: embedFindings,
    inputs: ({ texts, edges, distance, askedModel }: EmbedRecord) => ({
      texts,
      edges,
      distance,
      askedModel,
    }),
    sections: embedSections,
  };
}

async function textsOf(
  given: string | undefined,
  corpus: Corpus,
  cwd: string,
): Promise<readonly string[]> {
  if (given === undefined) return PROBE_TEXTS;
  if (given === 'corpus') {
    return corpus.collections.flatMap(({ documents }) => documents.map(({ text }) => text));
  }
  const content = await readFile(resolve(cwd, given), 'utf8').catch((cause: unknown) => {
    throw new UsageError('embed-texts', `--texts ${given}: cannot be read`, {
      hint: 'name a file with one text a line (.jsonl: an object with "text"), or corpus',
      cause,
    });
  });
  const lines = content.split(/\r?\n/).filter((line) => line !== '');
  const texts = given.endsWith('.jsonl')
    ? lines.map((line, at) => textOfLine(line, `${given}:${at + 1}`))
    : lines;
  if (texts.length > 0) return texts;
  throw new UsageError('embed-texts', `--texts ${given}: no text in it`, {
    hint: 'one text a line',
  });
}

function textOfLine(line: string, place: string): string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'string') return value;
    const text = (value as { text?: unknown } | null)?.text;
    if (typeof text === 'string') return text;
  } catch {
    // Told below.
  }
  throw new UsageError('embed-texts', `${place}: expected a JSON string or an object with "text"`, {
    hint: 'a .txt file takes one plain text a line',
  });
}
