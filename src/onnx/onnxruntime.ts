import { InferenceSession } from 'onnxruntime-node';
import { UsageError } from '../errors.ts';
import { isTelemetryOff } from './no-telemetry.ts';

export { Tensor } from 'onnxruntime-node';
export type { InferenceSession };

/**
 * Loads a model from a file or its bytes. onnxruntime's usage events are off before the first one.
 *
 * @throws UsageError in a worker thread whose main thread did not switch them off; what the library throws otherwise
 */
export async function openSession(
  model: string | Uint8Array,
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  if (!isTelemetryOff()) {
    throw new UsageError(
      'onnxruntime-telemetry',
      'the usage events of onnxruntime cannot be switched off from a worker thread',
      {
        hint: 'import retrieval-parity in the main thread first, or start the process with ORT_DISABLE_TELEMETRY=1',
      },
    );
  }
  return typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options);
}
