import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Backend } from '../wire/backend.ts';
import { shownUrl } from '../wire/driver/url.ts';
import { corpusVectors } from './corpus-vectors.ts';
import { localOnnx } from './local-onnx.ts';

/** What an embedder may be named by. */
export interface EmbedderPlaces {
  readonly corpus: string;
  /** Folder of the encoder that `onnx` alone stands for. */
  readonly encoder: string;
}

/**
 * The embedder of a name: `onnx` or `onnx:FOLDER`, a local encoder; `corpus`, the vectors that the corpus carries.
 * @throws UsageError for any other name, and for what cannot be loaded.
 */
export async function embedderNamed(name: string, places: EmbedderPlaces): Promise<Backend> {
  if (name === 'corpus') return await corpusVectors(places.corpus);
  const folder = /^onnx(?::(?:\/\/)?(.*))?$/.exec(name);
  if (folder !== null) return await localOnnx({ folder: resolve(folder[1] || places.encoder) });
  throw new UsageError('embedder', `no embedder is named ${shownUrl(name)}`, {
    hint: 'use onnx:FOLDER, onnx or corpus',
  });
}
