import { Agent, request } from 'undici';
import type { Corpus } from '../corpus/types.ts';
import { InfrastructureError } from '../errors.ts';
import type { RawReply, ReplyGroup, ReplyPair, Scenario } from '../record/raw-replies.ts';
import type { Side } from '../record/types.ts';
import type { Dialect, Route, WireRequest } from '../wire/dialect.ts';
import type { Progress } from './progress.ts';

/** How one side is reached, for requests whose responses are kept as they come. */
export interface RawSide {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly dialect: Dialect;
  readonly headers: Readonly<Record<string, string>>;
}

/** Longest body that is kept, in bytes. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** What capturing needs. */
export interface CaptureOptions {
  readonly sides: Readonly<Record<Side, RawSide>>;
  readonly corpus: Corpus;
  /** Logical requests an endpoint and scenario. */
  readonly count: number;
  readonly k: number;
  readonly model: string | null;
  readonly timeoutMs: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One logical request, in each dialect's form. */
interface Probe {
  readonly endpoint: string;
  readonly scenario: Scenario;
  readonly wire: (dialect: Dialect) => readonly WireRequest[];
}

/**
 * Puts the same logical requests to both sides, each twice, and keeps the responses: embed, search, retrieve
 * and health, with answers, without, and refused. What one of the dialects cannot say in one request is left out.
 * @throws InfrastructureError where a side does not answer at all.
 */
export async function captureReplies(options: CaptureOptions): Promise<ReplyGroup[]> {
  const { sides, progress, signal } = options;
  const probes = probesOf(options);
  progress.stage('drift', probes.length);
  const agent = new Agent({ connections: 4, pipelining: 1 });
  const groups = new Map<string, { group: Omit<ReplyGroup, 'pairs'>; pairs: ReplyPair[] }>();
  try {
    for (const probe of probes) {
      signal.throwIfAborted();
      progress.tick(1);
      const incumbent = onlyRequest(probe, sides.incumbent.dialect);
      const candidate = onlyRequest(probe, sides.candidate.dialect);
      if (incumbent === null || candidate === null) continue;
      const send = (side: Side, wire: WireRequest): Promise<RawReply> =>
        sendRaw(agent, side, sides[side], wire, options);
      const pair = {
        incumbent: await send('incumbent', incumbent),
        candidate: await send('candidate', candidate),
        incumbentAgain: await send('incumbent', incumbent),
        candidateAgain: await send('candidate', candidate),
      };
      const { endpoint, scenario } = probe;
      const key = `${endpoint} ${scenario}`;
      const known = groups.get(key) ?? { group: { endpoint, scenario }, pairs: [] };
      known.pairs.push(pair);
      groups.set(key, known);
    }
  } finally {
    await agent.destroy();
  }
  return [...groups.values()].map(({ group, pairs }) => ({ ...group, pairs }));
}

function probesOf({ corpus, count, k, model }: CaptureOptions): Probe[] {
  const named = model === null ? {} : { model };
  const plain = corpus.queries.filter(
    (query) => query.filter === undefined && query.collections.length === 1,
  );
  const spread = <Item>(items: readonly Item[]): Item[] => {
    const step = Math.max(1, Math.floor(items.length / count));
    return items.filter((_, at) => at % step === 0).slice(0, count);
  };
  const encoded = <Request, Response>(
    route: Route<Request, Response> | undefined,
    asked: Request,
  ): readonly WireRequest[] => route?.encode(asked) ?? [];
  const probes: Probe[] = [];
  const add = (endpoint: string, scenario: Scenario, wire: Probe['wire']): void => {
    probes.push({ endpoint, scenario, wire });
  };
  for (const [at, query] of spread(plain).entries()) {
    const collection = query.collections[0] ?? '';
    const question = { text: query.text, k: 1 + (at % k), ...named };
    const texts = plain.slice(at, at + 1 + (at % 3)).map(({ text }) => text);
    add('embed', 'success', ({ embed }) => encoded(embed, { texts, ...named }));
    add('search', 'success', ({ search }) => encoded(search, { collection, ...question }));
    add('retrieve', 'success', ({ retrieve }) =>
      encoded(retrieve, { collections: [collection], ...question }),
    );
  }
  const metadata = corpus.collections[0]?.documents[0]?.metadata ?? {};
  const field = Object.keys(metadata).find((name) => typeof metadata[name] === 'string');
  for (const query of spread(plain).slice(0, 10)) {
    const collection = corpus.collections[0]?.name ?? '';
    const nowhere = { collection: `no-such-${query.id}`, text: query.text, k, ...named };
    if (field !== undefined) {
      const filter = { [field]: `no such ${query.id}` };
      add('retrieve', 'empty', ({ retrieve }) =>
        encoded(retrieve, { collections: [collection], text: query.text, k, filter, ...named }),
      );
    }
    add('embed', '4xx', ({ embed }) => broken(encoded(embed, { texts: [query.text], ...named })));
    add('search', '4xx', ({ search }) => encoded(search, nowhere));
    add('retrieve', '4xx', ({ retrieve }) =>
      encoded(retrieve, { collections: [nowhere.collection], text: query.text, k, ...named }),
    );
    add('health', 'success', ({ health }) => health.encode({}));
  }
  return probes;
}

/** The request without what it needs. */
function broken(requests: readonly WireRequest[]): readonly WireRequest[] {
  return requests.map((wire) => ({ ...wire, json: {} }));
}

function onlyRequest(probe: Probe, dialect: Dialect): WireRequest | null {
  try {
    const [only, ...more] = probe.wire(dialect);
    return only === undefined || more.length > 0 ? null : only;
  } catch {
    // The dialect cannot say it: there is nothing to compare.
    return null;
  }
}

async function sendRaw(
  agent: Agent,
  side: Side,
  { url, headers }: RawSide,
  wire: WireRequest,
  options: CaptureOptions,
): Promise<RawReply> {
  const json = wire.json === undefined ? null : JSON.stringify(wire.json);
  try {
    const response = await request(`${url}${wire.path}`, {
      dispatcher: agent,
      method: wire.method,
      headers: {
        accept: 'application/json, */*;q=0.5',
        ...(json === null ? {} : { 'content-type': 'application/json' }),
        ...wire.headers,
        ...headers,
      },
      body: json,
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
    });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of response.body) {
      sizeBytes += (chunk as Buffer).length;
      if (sizeBytes > BODY_LIMIT_BYTES) throw new Error(`a body of over ${BODY_LIMIT_BYTES} bytes`);
      chunks.push(chunk as Buffer);
    }
    const type = response.headers['content-type'];
    const contentType = (Array.isArray(type) ? type[0] : type)?.split(';')[0]?.trim() ?? '';
    return {
      status: response.statusCode,
      contentType: contentType.toLowerCase(),
      body: bodyOf(Buffer.concat(chunks).toString('utf8')),
    };
  } catch (cause) {
    options.signal.throwIfAborted();
    throw new InfrastructureError(
      'drift-capture',
      `${side} ${url}${wire.path}: ${cause instanceof Error ? cause.message : 'no response'}`,
      { hint: 'drift is found from responses: both backends must answer', cause },
    );
  }
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
