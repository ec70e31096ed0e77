import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { SeenExchange, TrafficTap } from '../../wire/http/seen-exchange.ts';
import { headerValue } from './headers.ts';
import type { ResponseWriter } from './response-writer.ts';

/** Bodies beyond these are not kept. */
const REQUEST_BYTES = 1024 * 1024;
const ANSWER_BYTES = 4 * 1024 * 1024;

/** Keeps the bytes of one exchange while they pass. */
export interface ExchangeRecorder {
  readonly request: (chunk: Buffer) => void;
  /** The same writer, whose answer is kept too. */
  readonly around: (writer: ResponseWriter) => ResponseWriter;
}

/**
 * Keeps one exchange for a tap, and hands it over once the connection has taken the last byte of the answer; chunks
 * are kept as they are and copied nowhere. Null where the tap does not want it.
 */
export function recorderFor(
  tap: TrafficTap | undefined,
  path: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): ExchangeRecorder | null {
  const method = incoming.method ?? 'GET';
  if (tap === undefined || !tap.wants(method, path)) return null;
  const atMs = Date.now();
  const startedMs = performance.now();
  const asked = chunksUpTo(REQUEST_BYTES);
  const answered = chunksUpTo(ANSWER_BYTES);
  let head: { readonly status: number; readonly headers: readonly string[] } | null = null;
  let latencyMs: number | null = null;
  let isWhole = false;
  outgoing.once('close', () => {
    // Whatever else the closing of this answer sets off goes first.
    setImmediate(() => void handOver());
  });
  const handOver = async (): Promise<void> => {
    if (asked.isTooLong() || answered.isTooLong()) return tap.take(null);
    const exchange = { atMs, method, path, requestBody: asked.bytes(), latencyMs };
    if (head === null || !isWhole || !outgoing.writableFinished) {
      return tap.take({ ...exchange, reply: null });
    }
    tap.take({ ...exchange, reply: await replyOf(head, answered.bytes()) });
  };
  return {
    request: asked.add,
    around: (writer) => ({
      start: (status, statusMessage, headers) => {
        head = { status, headers };
        writer.start(status, statusMessage, headers);
      },
      data: (chunk) => {
        answered.add(chunk);
        return writer.data(chunk);
      },
      end: () => {
        isWhole = true;
        latencyMs = performance.now() - startedMs;
        writer.end();
      },
    }),
  };
}

function chunksUpTo(limit: number) {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return {
    add: (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limit) chunks.push(chunk);
      else chunks.length = 0;
    },
    isTooLong: () => sizeBytes > limit,
    bytes: (): Buffer => (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
  };
}

const INFLATE: Readonly<Record<string, (bytes: Buffer) => Promise<Buffer>>> = {
  gzip: limited(promisify(gunzip)),
  'x-gzip': limited(promisify(gunzip)),
  br: limited(promisify(brotliDecompress)),
  deflate: limited(promisify(inflate)),
};

function limited(
  inflated: (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>,
): (bytes: Buffer) => Promise<Buffer> {
  return (bytes) => inflated(bytes, { maxOutputLength: 4 * ANSWER_BYTES });
}

async function replyOf(
  { status, headers }: { readonly status: number; readonly headers: readonly string[] },
  bytes: Buffer,
): Promise<SeenExchange['reply']> {
  const contentType = headerValue(headers, 'content-type') ?? '';
  const coding = headerValue(headers, 'content-encoding')?.toLowerCase() ?? 'identity';
  if (coding === 'identity') return { status, contentType, bytes };
  const whole = await INFLATE[coding]?.(bytes).catch(() => null);
  return whole == null ? null : { status, contentType, bytes: whole };
}
