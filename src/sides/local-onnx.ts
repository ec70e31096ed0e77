import { type EncoderOptions, loadEncoder } from '../embed/encoder.ts';
import type { Encoder } from '../embed/types.ts';
import type { Backend } from '../wire/backend.ts';
import { capabilitiesOf } from '../wire/capabilities.ts';
import type { Outcome } from '../wire/outcome.ts';

/** Where a local encoder is. */
export interface LocalOnnxOptions extends EncoderOptions {
  /** A folder in Hugging Face's layout, as `loadEncoder` reads it. */
  readonly folder: string;
}

/**
 * A backend that only embeds: a local ONNX encoder, in this process. Queries and documents get the prefixes of its
 * `encoder.json`. Loaded at once, so that what cannot work is refused before anything is measured.
 * @throws UsageError for a folder that holds no encoder that works.
 */
export async function localOnnx({ folder, ...options }: LocalOnnxOptions): Promise<Backend> {
  const encoder = await loadEncoder(folder, options);
  let isClosed = false;
  return {
    label: `onnx ${encoder.name}`,
    fingerprint: `onnx@1 ${encoder.name} ${encoder.fingerprint}`,
    capabilities: capabilitiesOf({ operations: { health: 'load', embed: 'onnx' } }),
    health: async () => timed(async () => ({ service: 'onnx', version: encoder.name })),
    embed: ({ texts, kind }, signal) =>
      timed(async () => {
        signal?.throwIfAborted();
        return {
          vectors: await encoder.embed(texts, kind),
          dimension: encoder.dimension,
          model: modelOf(encoder),
        };
      }, signal),
    close: async () => {
      // Both sides that share it close it.
      if (isClosed) return;
      isClosed = true;
      await encoder.close();
    },
  };
}

function modelOf({ name, fingerprint }: Encoder): string {
  return `${name} ${fingerprint.slice(0, 12)}`;
}

/** A mistake in the model's folder is the caller's; an interrupt is an outcome. */
async function timed<Value>(
  work: () => Promise<Value>,
  signal?: AbortSignal,
): Promise<Outcome<Value>> {
  const startedMs = performance.now();
  const none = { status: null, sizeBytes: 0 };
  const timing = () => ({ startedMs, endedMs: performance.now() });
  try {
    return { ...none, kind: 'ok', value: await work(), timing: timing() };
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    return { ...none, kind: 'aborted', detail: 'aborted by the caller', timing: timing() };
  }
}
