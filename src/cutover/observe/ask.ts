import { createHash } from 'node:crypto';
import type { Side } from '../../record/types.ts';
import type { Dialect, WireRequest } from '../../wire/dialect.ts';
import type { HttpAccess } from '../../wire/http/access.ts';
import { type HttpBackend, http } from '../../wire/http/http-backend.ts';
import type { CutoverAnswer } from '../record/observations.ts';

/** How each side is spoken to, straight and through the frontend. */
export type Dialects = Readonly<Record<Side, Dialect>>;

/** Connects to one side at a URL: its own, or the frontend's with the side's prefix. Nothing is sent. */
export function connectTo(
  url: string,
  dialect: Dialect,
  { timeoutMs, connections }: { readonly timeoutMs: number; readonly connections: number },
): HttpBackend {
  return http({ url, dialect, connections, timeouts: { requestMs: timeoutMs } });
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

/** Sends one request and reads the answer whole; never rejects for what comes back, follows no redirect. */
export async function askFrontend(
  side: HttpAccess,
  request: WireRequest,
  signal?: AbortSignal,
): Promise<CutoverAnswer> {
  const outcome = await side.send(request, signal);
  const latencyMs = outcome.timing.endedMs - outcome.timing.startedMs;
  if (outcome.kind !== 'ok') {
    return {
      status: null,
      failure: `${outcome.kind}: ${outcome.detail}`,
      headers: '',
      bodySha256: '',
      sizeBytes: 0,
      latencyMs,
      frontendError: null,
      json: null,
    };
  }
  const { status, headers, bytes } = outcome.value;
  return {
    status,
    failure: null,
    headers: headerLines(headers),
    bodySha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    latencyMs,
    frontendError: [headers['x-frontend-error'] ?? []].flat()[0] ?? null,
    json: parsed(bytes),
  };
}

function headerLines(headers: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(headers)
    .filter(([name]) => !NOT_COMPARED.has(name.toLowerCase()))
    .flatMap(([name, value]) => [value].flat().map((one) => headerLine(name.toLowerCase(), one)))
    .sort()
    .join('\n');
}

/** Headers whose values are not to be written down; by its hash a changed one is still seen. */
const SECRET = /cookie|authori[sz]ation|authenticate|token|secret|api-?key/;

function headerLine(name: string, value: string): string {
  if (!SECRET.test(name)) return `${name}: ${value}`;
  return `${name}: (secret, sha256 ${createHash('sha256').update(value).digest('hex')})`;
}

function parsed(bytes: Uint8Array): unknown {
  if (bytes.length === 0 || bytes.length > JSON_BYTES) return null;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
