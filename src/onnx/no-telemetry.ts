import { isMainThread } from 'node:worker_threads';

const VARIABLE = 'ORT_DISABLE_TELEMETRY';

// onnxruntime 1.30 looks for this variable when its first session is made. Without it, it keeps a device
// id and a store of usage events in the user's cache folder, writes a log into the temporary folder, and
// sends the events. Child processes inherit it. A thread has a copy of the environment, which the library
// does not see: there it must have been set before.
if (isMainThread) process.env[VARIABLE] = '1';

/** Whether the usage events of onnxruntime are off in this process. */
export function isTelemetryOff(): boolean {
  return process.env[VARIABLE] === '1';
}
