import { createHash } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import type { CutoverAnswer } from '../record/observations.ts';

/** One request of the probe; `path` begins behind the backend's origin or the frontend's prefix. */
export interface CutoverRequest {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Longest body that is parsed. */
const JSON_BYTES = 1024 * 1024;

/** Fields that belong to one connection or one moment. */
const NOT_COMPARED: ReadonlySet<string> = new Set([
  'connection',
  'date',
  'keep-alive',
  'proxy-connection',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A POST of JSON. */
export function post(path: string, json: unknown): CutoverRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  };
}

/** Sends one request to `base + path` and reads the answer whole; never rejects, follows no redirect. */
export async function ask(
  dispatcher: Dispatcher,
  base: string,
  asked: CutoverRequest,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<CutoverAnswer> {
  const started = performance.now();
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(`${base}${asked.path}`, {
      dispatcher,
      method: asked.method,
      headers: { ...asked.headers },
      body: asked.body ?? null,
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
    });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const latencyMs = performance.now() - started;
    return {
      status: response.statusCode,
      failure: null,
      headers: headerLines(response.headers),
      bodySha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
      latencyMs,
      frontendError: first(response.headers['x-frontend-error']),
      json: parsed(bytes),
    };
  } catch (error) {
    return {
      status: null,
      failure: deadline.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error),
      headers: '',
      bodySha256: '',
      sizeBytes: 0,
      latencyMs: performance.now() - started,
      frontendError: null,
      json: null,
    };
  }
}

function headerLines(headers: Record<string, string | string[] | undefined>): string {
  return Object.entries(headers)
    .filter(([name]) => !NOT_COMPARED.has(name.toLowerCase()))
    .flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name.toLowerCase()}: ${one}`))
    .sort()
    .join('\n');
}

function first(value: string | string[] | undefined): string | null {
  return [value ?? []].flat()[0] ?? null;
}

function parsed(bytes: Buffer): unknown {
  if (bytes.length === 0 || bytes.length > JSON_BYTES) return null;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
