import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { shownUrl } from '../secrets/urls.ts';
import type { Backend } from '../wire/backend.ts';
import { backendOfUrl, isDriverUrl } from '../wire/backends.ts';
import { oneLine } from '../wire/http/detail.ts';
import { corpusVectors } from './corpus-vectors.ts';
import { localOnnx } from './local-onnx.ts';

/** What an embedder may be named by. */
export interface EmbedderPlaces {
  readonly corpus: string;
  /** Folder of the encoder that `onnx` alone stands for. */
  readonly encoder: string;
  /** Of a service; defaults as in a configuration. */
  readonly timeouts?: { readonly connectMs: number; readonly requestMs: number };
}

/**
 * The embedder of a name: `onnx` or `onnx:FOLDER`, a local encoder; `corpus`, the vectors that the corpus carries; a
 * URL, e.g. `ollama://127.0.0.1:11434?model=…`, a service.
 * @throws UsageError for any other name, and for what cannot be loaded.
 */
export async function embedderNamed(name: string, places: EmbedderPlaces): Promise<Backend> {
  if (name === 'corpus') return await corpusVectors(places.corpus);
  const folder = /^onnx(?::(?:\/\/)?(.*))?$/.exec(name);
  if (folder !== null) return await localOnnx({ folder: resolve(folder[1] || places.encoder) });
  if (isDriverUrl(name) && name.includes('://')) {
    const { timeouts = { connectMs: 2_000, requestMs: 10_000 } } = places;
    const backend = backendOfUrl(name, { timeouts, env: process.env });
    if (backend.capabilities.operations.embed !== undefined) return backend;
    throw new UsageError('embedder', `${backend.label} cannot embed`, { hint: HINT });
  }
  throw new UsageError('embedder', `no embedder is named ${oneLine(shownUrl(name), 120)}`, {
    hint: HINT,
  });
}

const HINT =
  'use onnx:FOLDER, onnx, corpus, or a URL: ollama://HOST?model=NAME, openai://HOST?model=NAME, tei://HOST, cohere://HOST?model=NAME';
