import type { Dispatcher } from 'undici';
import type { Side } from '../../record/types.ts';
import type { CutoverAnswer, CutoverWrite } from '../record/observations.ts';
import { ask, type CutoverRequest, post } from './ask.ts';

/** How something is written through one side, looked for through both, and taken away. */
interface WritePlan {
  readonly kind: CutoverWrite['kind'];
  readonly writer: Side;
  readonly write: readonly CutoverRequest[];
  /** Looks for it through each side. */
  readonly look: Readonly<Record<Side, CutoverRequest>>;
  readonly clean: readonly CutoverRequest[];
  /** What an answer contains in which it is seen. */
  readonly mark: string;
}

const TIMEOUT_MS = 30_000;
const SIDES = { incumbent: '/api', candidate: '/_go' } as const;

/**
 * Writes an index, a key and a row through each side of the frontend and looks for them through both.
 * Keys and rows are taken away again; an index stays, under a name with the nonce, since the gateways
 * have no request that removes one.
 */
export async function observeWrites(
  dispatcher: Dispatcher,
  frontendUrl: string,
  nonce: string,
  signal: AbortSignal,
): Promise<CutoverWrite[]> {
  const send = (side: Side, asked: CutoverRequest) =>
    ask(dispatcher, `${frontendUrl}${SIDES[side]}`, asked, TIMEOUT_MS);
  const embedded = await send('candidate', post('/v1/embed', { texts: ['cutover probe'] }));
  const seen: CutoverWrite[] = [];
  for (const plan of plans(nonce, vectorIn(embedded))) {
    signal.throwIfAborted();
    seen.push(await carriedOut(plan, send));
  }
  return seen;
}

async function carriedOut(
  plan: WritePlan,
  send: (side: Side, asked: CutoverRequest) => Promise<CutoverAnswer>,
): Promise<CutoverWrite> {
  const { kind, writer } = plan;
  const other: Side = writer === 'incumbent' ? 'candidate' : 'incumbent';
  const statuses: (number | null)[] = [];
  const sent = async (side: Side, asked: CutoverRequest) => {
    const answer = await send(side, asked);
    statuses.push(answer.status);
    return answer;
  };
  try {
    for (const asked of plan.write) {
      const { status } = await sent(writer, asked);
      if (status !== null && status >= 200 && status < 300) continue;
      const isRefused = status !== null && [403, 404, 405, 501].includes(status);
      const written = isRefused ? ('not offered' as const) : ('no' as const);
      return { kind, writer, written, seenByWriter: null, seenByOther: null, statuses };
    }
    const seenByWriter = isSeen(await sent(writer, plan.look[writer]), plan.mark);
    const seenByOther = isSeen(await sent(other, plan.look[other]), plan.mark);
    return { kind, writer, written: 'yes', seenByWriter, seenByOther, statuses };
  } finally {
    for (const asked of plan.clean) await send(writer, asked);
  }
}

/** Whether an answer shows what was written; null where it is no answer to that question. */
function isSeen(answer: CutoverAnswer, mark: string): boolean | null {
  if (answer.status === null || answer.status >= 500) return null;
  if (answer.status >= 300) return false;
  return JSON.stringify(answer.json ?? null).includes(mark);
}

function vectorIn(answer: CutoverAnswer): unknown {
  const { json } = answer;
  const vectors = typeof json === 'object' && json !== null && 'vectors' in json && json.vectors;
  return Array.isArray(vectors) ? vectors[0] : [];
}

function plans(nonce: string, vector: unknown): WritePlan[] {
  return (['incumbent', 'candidate'] as const).flatMap((writer) => {
    const mark = `from-${writer}-${nonce}`;
    return [
      indexPlan(writer, `cutover-${nonce}`, mark, vector),
      keyPlan(writer, mark),
      rowPlan(writer, mark),
    ];
  });
}

/** The same name on both sides, so that the second writer meets a name the first one has taken. */
function indexPlan(writer: Side, name: string, mark: string, vector: unknown): WritePlan {
  return {
    kind: 'index',
    writer,
    mark,
    write: [
      writer === 'incumbent'
        ? post('/vectors/index', {
            index_name: name,
            documents: [{ id: mark, text: 'cutover probe', metadata: {} }],
          })
        : post('/v1/vectors/index', { index: name, items: [{ id: mark, vector, metadata: {} }] }),
    ],
    look: {
      incumbent: post('/vectors/search', { index_name: name, query: 'cutover probe', top_k: 10 }),
      candidate: post('/v1/vectors/search', { index: name, text: 'cutover probe', k: 10 }),
    },
    clean: [],
  };
}

function keyPlan(writer: Side, mark: string): WritePlan {
  const at = {
    incumbent: (_verb: string) => `/storage/objects/cutover-probe/${mark}`,
    candidate: (verb: string) => `/v1/storage/${verb}/cutover-probe/${mark}`,
  };
  const path = at[writer];
  return {
    kind: 'key',
    writer,
    mark,
    write: [
      {
        method: 'PUT',
        path: path('put'),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ mark }),
      },
    ],
    look: {
      incumbent: { method: 'GET', path: at.incumbent('get') },
      candidate: { method: 'GET', path: at.candidate('get') },
    },
    clean: [{ method: 'DELETE', path: path('delete') }],
  };
}

function rowPlan(writer: Side, mark: string): WritePlan {
  const table = `cutover_${mark.replaceAll(/\W/g, '_')}`;
  const path = { incumbent: '/query', candidate: '/v1/sql' } as const;
  const sql = (side: Side, text: string) => post(path[side], { sql: text });
  const look = `SELECT mark FROM ${table}`;
  return {
    kind: 'row',
    writer,
    mark,
    write: [
      sql(writer, `CREATE TABLE ${table} (mark TEXT)`),
      sql(writer, `INSERT INTO ${table} (mark) VALUES ('${mark}')`),
    ],
    look: { incumbent: sql('incumbent', look), candidate: sql('candidate', look) },
    clean: [sql(writer, `DROP TABLE IF EXISTS ${table}`)],
  };
}
