import type { ServerResponse } from 'node:http';
import type { FrontendSide } from './types.ts';

/** Header that tells an answer of the frontend itself from one of a backend; its value is the code. */
const FRONTEND_ERROR_HEADER = 'x-frontend-error';

/** An answer that the frontend gives in place of a backend. */
export interface OwnAnswer {
  readonly status: 400 | 404 | 413 | 501 | 502 | 503 | 504;
  readonly code: string;
  /** One sentence. */
  readonly error: string;
  readonly side?: FrontendSide;
  /** Further members of the JSON object. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Headers and body of an own answer. */
export function render({ code, error, side, more }: OwnAnswer): {
  headers: Record<string, string>;
  body: string;
} {
  return {
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      [FRONTEND_ERROR_HEADER]: code,
    },
    body: JSON.stringify({ error, code, ...(side === undefined ? {} : { side }), ...more }),
  };
}

/** Sends an own answer where no answer has begun; cuts the connection where one has. */
export function answer(outgoing: ServerResponse, own: OwnAnswer): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const { headers, body } = render(own);
  outgoing.writeHead(own.status, { ...headers, 'content-length': Buffer.byteLength(body) });
  outgoing.end(body);
}

/** What a failed exchange with a side is to the client; never names the backend's address. */
export function failureAnswer(side: FrontendSide, error: Error): OwnAnswer {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const failed = (status: OwnAnswer['status'], what: string, sentence: string): OwnAnswer => ({
    status,
    code: `${side}-${what}`,
    side,
    error: `the ${side} ${sentence}`,
  });
  switch (code) {
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return failed(502, 'unreachable', `accepts no connection (${code})`);
    case 'UND_ERR_BODY_TIMEOUT':
      return failed(504, 'timeout', 'stopped in the middle of its answer');
    default:
      return failed(502, 'failed', `gave no valid answer (${code})`);
  }
}
