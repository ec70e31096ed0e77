import type { Corpus } from '../../corpus/types.ts';
import type { WireReply, WireRequest } from '../../wire/dialect.ts';
import type { HttpAccess } from '../../wire/http/access.ts';
import type { OperationTypes, RequestOf } from '../../wire/operations.ts';
import type { Scenario } from '../record/raw-replies.ts';

/** A logical request in the form of one side, and how that side's dialect reads the reply. */
export interface SideRequest {
  readonly wire: WireRequest;
  readonly read: (reply: WireReply) => unknown;
}

/** One logical request. */
export interface Probe {
  readonly endpoint: string;
  /** What the request is meant to be answered with. */
  readonly intent: Exclude<Scenario, '5xx'>;
  readonly asked: string;
  /** Null where the side cannot say it in one request. */
  readonly of: (side: HttpAccess) => SideRequest | null;
}

/** What the probes are made from. */
export interface DriftProbeOptions {
  readonly corpus: Corpus;
  /** Requests an endpoint that are meant to be answered. */
  readonly count: number;
  readonly k: number;
  readonly model: string | null;
}

/** Requests an endpoint of each kind that is meant to find nothing, or to be refused. */
const OF_A_KIND = 5;

/**
 * Logical requests to embed, search, retrieve and health: sound ones, ones that find nothing, and ones that cannot
 * be answered. The last write nothing and are small, so they do no harm; which of them a backend answers with a
 * failure of its own (5xx) rather than a refusal (4xx) is what is to be found out.
 */
export function driftProbes({ corpus, count, k, model }: DriftProbeOptions): Probe[] {
  const named = model === null ? {} : { model };
  const plain = corpus.queries.filter(
    (query) => query.filter === undefined && query.collections.length === 1,
  );
  const probes: Probe[] = [];
  const add = (endpoint: string, intent: Probe['intent'], asked: string, of: Probe['of']): void => {
    probes.push({ endpoint, intent, asked, of });
  };
  for (const [at, query] of spread(plain, count).entries()) {
    const collection = query.collections[0] ?? '';
    const question = { text: query.text, k: 1 + (at % k), ...named };
    const texts = plain.slice(at, at + 1 + (at % 3)).map(({ text }) => text);
    add('embed', 'success', SOUND, (side) =>
      ask(side, 'embed', { texts, kind: 'query', ...named }),
    );
    add('search', 'success', SOUND, (side) => ask(side, 'search', { collection, ...question }));
    add('retrieve', 'success', SOUND, (side) =>
      ask(side, 'retrieve', { collections: [collection], ...question }),
    );
  }
  const metadata = corpus.collections[0]?.documents[0]?.metadata ?? {};
  const field = Object.keys(metadata).find((name) => typeof metadata[name] === 'string');
  const collection = corpus.collections[0]?.name ?? '';
  for (const query of spread(plain, 2 * OF_A_KIND)) {
    add('health', 'success', SOUND, (side) => ask(side, 'health', {}));
    if (field === undefined) continue;
    const filter = { [field]: `no such ${query.id}` };
    add('retrieve', 'empty', 'a filter that nothing passes', (side) =>
      ask(side, 'retrieve', { collections: [collection], text: query.text, k, filter, ...named }),
    );
  }
  for (const query of spread(plain, OF_A_KIND)) {
    const { id, text } = query;
    const nowhere = `no-such-${id}`;
    add('search', '4xx', 'an unknown index', (side) =>
      ask(side, 'search', { collection: nowhere, text, k, ...named }),
    );
    add('retrieve', '4xx', 'an unknown index', (side) =>
      ask(side, 'retrieve', { collections: [nowhere], text, k, ...named }),
    );
    add('embed', '4xx', 'an unknown model', (side) =>
      ask(side, 'embed', { texts: [text], kind: 'query', model: nowhere }),
    );
    for (const [asked, damage] of DAMAGES) {
      add('embed', '4xx', asked, (side) =>
        damaged(ask(side, 'embed', { texts: [text], kind: 'query', ...named }), damage),
      );
      add('search', '4xx', asked, (side) =>
        damaged(ask(side, 'search', { collection, text, k, ...named }), damage),
      );
      add('retrieve', '4xx', asked, (side) =>
        damaged(ask(side, 'retrieve', { collections: [collection], text, k, ...named }), damage),
      );
    }
  }
  return probes;
}

const SOUND = 'as it should be';

/** What can be wrong with a body in any dialect: a request becomes one that no backend can answer. */
const DAMAGES: readonly (readonly [string, (wire: WireRequest) => WireRequest])[] = [
  ['no field', (wire) => ({ ...wire, json: {} })],
  ['a list for a body', (wire) => ({ ...wire, json: [wire.json] })],
  [
    'every field of another type',
    (wire) => ({
      ...wire,
      json: Object.fromEntries(Object.keys(Object(wire.json)).map((key) => [key, { not: key }])),
    }),
  ],
  [
    'half of the JSON',
    ({ json, ...wire }) => {
      const whole = new TextEncoder().encode(JSON.stringify(json));
      return {
        ...wire,
        bytes: whole.slice(0, Math.ceil(whole.length / 2)),
        headers: { ...wire.headers, 'content-type': 'application/json' },
      };
    },
  ],
];

function damaged(
  asked: SideRequest | null,
  damage: (wire: WireRequest) => WireRequest,
): SideRequest | null {
  return asked === null ? null : { ...asked, wire: damage(asked.wire) };
}

function ask<Name extends keyof OperationTypes>(
  side: HttpAccess,
  name: Name,
  request: RequestOf<Name>,
): SideRequest | null {
  const encoded = side.encode(name, request);
  const [wire, ...more] = encoded?.requests ?? [];
  if (encoded === null || wire === undefined || more.length > 0) return null;
  return { wire, read: (reply) => encoded.read([reply]) };
}

/** So many of them, evenly spread. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  const step = Math.max(1, Math.floor(items.length / count));
  return items.filter((_, at) => at % step === 0).slice(0, count);
}
