import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A document of a stub. */
export interface StubDocument {
  readonly id: string;
  readonly text: string;
}

/** What a stub does otherwise than a sound gateway; all absent: nothing. */
export interface StubQuirks {
  /** Most texts of one embed request; beyond it 413. */
  readonly maxTexts?: number;
  /** Most vectors of an answer to an embed request: the other texts are left out without a word. */
  readonly maxVectors?: number;
  /** Requests to embed, counted from 1, that fail as 503. */
  readonly embedFails?: (request: number) => boolean;
  /** Longest text of an embed request; beyond it 400, for the whole request. */
  readonly maxEmbedLength?: number;
  /** Whether an embed request with a blank text is refused, as 400. */
  readonly refusesBlank?: boolean;
  /** Whether an embed request fails, as 500, for one of its texts. */
  readonly failsOn?: (text: string) => boolean;
  /** Requests (other than health) that are answered before the next one is throttled; then it begins again. */
  readonly throttleEvery?: number;
  /** Seconds of the retry-after header of a throttled request; null: no header. */
  readonly retryAfter?: number | null;
  /** Longest text of a search; beyond it 400. */
  readonly maxQueryLength?: number;
  readonly hasNoSearch?: boolean;
  readonly hasNoRetrieve?: boolean;
  /** Whether a request without a user-agent is refused. */
  readonly needsAgent?: boolean;
  readonly idOf?: (id: string) => string;
  /** Scores as they are sent, from the cosine. */
  readonly scoreOf?: (cosine: number) => number;
  /** Whether every seventh answer is that to the question before, once more than three connections are open. */
  readonly mixesUp?: boolean;
  /** Requests that are answered before all but health are refused, as 403. */
  readonly forbidsAfter?: number;
  /** Whether a question is refused, as 400. */
  readonly refuses?: (question: string) => boolean;
  /** Put before the text of a search, and not before a text of the embed route. */
  readonly searchPrefix?: string;
  /** Length of a text's vector; 1 where nothing is said. */
  readonly lengthOf?: (text: string) => number;
  /** Whether it ranks by the inner product, and sends it as the score. */
  readonly ranksByDot?: boolean;
  readonly hasNoEmbed?: boolean;
  /** Rows that come on top of k. */
  readonly moreRows?: number;
}

/** One request as it came. */
export interface StubRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** A server in the wire form of the `rust-lakehouse` dialect that ranks its documents exactly. */
export interface StubGateway {
  readonly url: string;
  readonly received: readonly StubRequest[];
  /** Ends it before the test does. */
  readonly stop: () => Promise<void>;
}

const WIDTH = 32;

/** Starts a stub on a free loopback port; it is closed when the test ends. */
export async function stubGateway(
  documents: readonly StubDocument[],
  quirks: StubQuirks = {},
): Promise<StubGateway> {
  const lengthOf = quirks.lengthOf ?? (() => 1);
  const rows = documents.map(({ id, text }) => ({
    id,
    vector: embedded(text),
    length: quirks.ranksByDot === true ? lengthOf(text) : 1,
  }));
  const received: StubRequest[] = [];
  let sinceThrottled = 0;
  let embedRequests = 0;
  let answered = 0;
  let before = '';
  let connections = 0;
  const search = (text: string, k: number) => {
    const query = embedded(`${quirks.searchPrefix ?? ''}${text}`);
    return rows
      .map(({ id, vector, length }) => ({ id, cosine: length * dot(query, vector) }))
      .sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1))
      .slice(0, k + (quirks.moreRows ?? 0))
      .map(({ id, cosine }) => ({
        doc_id: quirks.idOf?.(id) ?? id,
        score: quirks.scoreOf?.(cosine) ?? cosine,
        metadata: {},
      }));
  };
  const answer = ({ path, headers, body }: StubRequest, response: ServerResponse): Answered => {
    if (quirks.needsAgent === true && headers['user-agent'] === undefined) {
      return [403, { error: 'requests without a user-agent are blocked' }];
    }
    if (path === '/health') return [200, 'lakehouse ok'];
    if (quirks.throttleEvery !== undefined && ++sinceThrottled > quirks.throttleEvery) {
      sinceThrottled = 0;
      const { retryAfter = 0 } = quirks;
      if (retryAfter !== null) response.setHeader('retry-after', String(retryAfter));
      return [429, { error: 'too many requests' }];
    }
    if (answered++ >= (quirks.forbidsAfter ?? Number.POSITIVE_INFINITY)) {
      return [403, { error: 'forbidden' }];
    }
    const { texts = [], query, question, top_k: k } = body as Body;
    if (path === '/ai/embed' && quirks.hasNoEmbed !== true) {
      if (texts.length > (quirks.maxTexts ?? Number.POSITIVE_INFINITY)) {
        return [413, { error: `at most ${quirks.maxTexts} texts` }];
      }
      if (quirks.embedFails?.(++embedRequests) === true) return [503, { error: 'restarting' }];
      if (texts.some((text) => text.length > (quirks.maxEmbedLength ?? Number.POSITIVE_INFINITY))) {
        return [400, { error: 'input is too long' }];
      }
      if (quirks.refusesBlank === true && texts.some((text) => text.trim() === '')) {
        return [400, { error: 'input must not be empty' }];
      }
      if (texts.some((text) => quirks.failsOn?.(text) === true)) {
        return [500, { error: 'out of memory' }];
      }
      const embeddings = texts
        .slice(0, quirks.maxVectors)
        .map((text) => [...embedded(text).map((x) => x * lengthOf(text))]);
      return [200, { embeddings, dimensions: WIDTH, model: 'stub' }];
    }
    if ((query ?? question ?? '').length > (quirks.maxQueryLength ?? Number.POSITIVE_INFINITY)) {
      return [400, { error: 'query is too long' }];
    }
    if (quirks.refuses?.(query ?? question ?? '') === true) return [400, { error: 'no' }];
    if (path === '/vectors/search' && quirks.hasNoSearch !== true) {
      return [200, { results: search(query ?? '', k ?? 10) }];
    }
    if (path === '/vectors/hybrid' && quirks.hasNoRetrieve !== true) {
      const isMixed = quirks.mixesUp === true && connections > 3 && answered % 7 === 0;
      const asked = isMixed ? before : (question ?? '');
      before = question ?? '';
      return [200, { sources: search(asked, k ?? 10) }];
    }
    return [404, { error: 'no such route' }];
  };
  const server = createServer((raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const request = { path: raw.url ?? '', headers: raw.headers, body };
      received.push(request);
      const [status, value] = answer(request, response);
      const isText = typeof value === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json' });
      response.end(isText ? value : JSON.stringify(value));
    });
  });
  server.on('connection', (socket) => {
    connections++;
    socket.on('close', () => connections--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${port}`, received, stop };
}

/** Status and body, a text or a JSON value. */
type Answered = readonly [status: number, body: unknown];

interface Body {
  readonly texts?: readonly string[];
  readonly query?: string;
  readonly question?: string;
  readonly top_k?: number;
}

/** A bag of words of unit length; zeros for a text without a word. */
function embedded(text: string): Float32Array {
  const vector = new Float32Array(WIDTH);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}-]+/gu) ?? []) {
    let hash = 2166136261;
    for (const character of word)
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
    const at = (hash >>> 0) % WIDTH;
    vector[at] = (vector[at] ?? 0) + ((hash >>> 9) & 1 ? 1 : -1);
  }
  const norm = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / norm);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
