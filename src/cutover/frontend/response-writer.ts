import type { ServerResponse } from 'node:http';
import { boundedJson } from '../../wire/bounds/json-bounds.ts';
import { exactText } from '../../wire/json/exact-json.ts';
import { answer } from './answers.ts';
import { headersOfAdapted, headerValue } from './headers.ts';
import type { FrontendSide, ResponseAdapter } from './types.ts';

/** Takes the answer of a backend piece by piece and gives it to the client. */
export interface ResponseWriter {
  /** `headers`: names and values in turn. */
  start(status: number, statusMessage: string | undefined, headers: string[]): void;
  /** False asks the sender to wait for the client. */
  data(chunk: Buffer): boolean;
  end(): void;
}

/** Passes an answer on as it comes. */
export function streamingWriter(outgoing: ServerResponse): ResponseWriter {
  let hasBody = false;
  return {
    start: (status, statusMessage, headers) => {
      // The backend's Date stands, and where it sends none, none is added.
      outgoing.sendDate = false;
      if (statusMessage === undefined || statusMessage === '') outgoing.writeHead(status, headers);
      else outgoing.writeHead(status, statusMessage, headers);
      // Head and first bytes leave together where they came together; a head alone does not wait.
      setImmediate(() => {
        if (!hasBody && !outgoing.destroyed && !outgoing.writableEnded) outgoing.flushHeaders();
      });
    },
    data: (chunk) => {
      hasBody = true;
      return outgoing.write(chunk);
    },
    end: () => {
      outgoing.end();
    },
  };
}

/** Collects a 2xx JSON answer and passes on what the adapter makes of it; any other answer as it comes. */
export function adaptingWriter(
  outgoing: ServerResponse,
  adapter: ResponseAdapter,
  side: FrontendSide,
  limitBytes: number,
): ResponseWriter {
  const plain = streamingWriter(outgoing);
  let head: Parameters<ResponseWriter['start']> | null = null;
  let sizeBytes = 0;
  const chunks: Buffer[] = [];
  const failed = (sentence: string) => {
    head = null;
    answer(outgoing, { status: 502, code: 'adapter-failed', side, error: sentence });
  };
  return {
    start: (status, statusMessage, headers) => {
      if (status >= 200 && status < 300 && isPlainJson(headers)) {
        head = [status, statusMessage, headers];
      } else plain.start(status, statusMessage, headers);
    },
    data: (chunk) => {
      if (head === null) return outgoing.writableEnded || plain.data(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) failed(`an answer to adapt is longer than ${limitBytes} bytes`);
      else chunks.push(chunk);
      return true;
    },
    end: () => {
      if (head === null) {
        if (!outgoing.writableEnded) plain.end();
        return;
      }
      const [status, statusMessage, headers] = head;
      let bytes: Buffer;
      try {
        bytes = adaptedBody(adapter, chunks);
      } catch (error) {
        const name = error instanceof Error ? error.name : 'error';
        failed(`the answer cannot be brought into the incumbent's shape (${name})`);
        return;
      }
      plain.start(status, statusMessage, headersOfAdapted(headers, bytes.length));
      plain.data(bytes);
      plain.end();
    },
  };
}

function isPlainJson(headers: readonly string[]): boolean {
  const type = headerValue(headers, 'content-type') ?? '';
  const encoding = headerValue(headers, 'content-encoding') ?? 'identity';
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(type) && /^identity$/i.test(encoding);
}

/**
 * The body of an answer in the other side's shape.
 * @throws Error where the body is no JSON within the bounds, or the adapter fails or gives no JSON value
 */
export function adaptedBody(adapter: ResponseAdapter, chunks: readonly Buffer[]): Buffer {
  const adapted = exactText(adapter(boundedJson(Buffer.concat(chunks))));
  if (adapted === undefined) throw new TypeError('the adapter gave no JSON value');
  return Buffer.from(adapted);
}
