import { otherSide } from '../../record/side-of-arm.ts';
import type { Side } from '../../record/types.ts';
import type { WireRequest } from '../../wire/dialect.ts';
import type { HttpBackend } from '../../wire/http/http-backend.ts';
import type { OperationTypes, RequestOf } from '../../wire/operations.ts';
import type { CutoverAnswer, CutoverWrite } from '../record/observations.ts';
import { askFrontend } from './ask.ts';
import { encoded } from './requests.ts';

/** How something is written through one side, looked for through both, and taken away. */
interface WritePlan {
  readonly kind: CutoverWrite['kind'];
  readonly writer: Side;
  readonly write: readonly WireRequest[];
  /** Looks for it through each side. */
  readonly look: Readonly<Record<Side, readonly WireRequest[]>>;
  readonly clean: readonly WireRequest[];
  /** What an answer contains in which it is seen. */
  readonly mark: string;
}

/**
 * Writes an index, a key and a row through each side of the frontend and looks for them through both.
 * Keys and rows are taken away again; an index stays, under a name with the nonce, since the gateways
 * have no request that removes one. What a side cannot express is not offered.
 */
export async function observeWrites(
  sides: Readonly<Record<Side, HttpBackend>>,
  nonce: string,
  signal: AbortSignal,
): Promise<CutoverWrite[]> {
  const send = (side: Side, request: WireRequest) => askFrontend(sides[side].http, request);
  const vector = await vectorOf(sides.candidate);
  const seen: CutoverWrite[] = [];
  for (const plan of plans(sides, nonce, vector)) {
    signal.throwIfAborted();
    seen.push(await carriedOut(plan, send));
  }
  return seen;
}

async function carriedOut(
  plan: WritePlan,
  send: (side: Side, request: WireRequest) => Promise<CutoverAnswer>,
): Promise<CutoverWrite> {
  const { kind, writer } = plan;
  const other = otherSide(writer);
  const statuses: (number | null)[] = [];
  const [look, lookOther] = [plan.look[writer][0], plan.look[other][0]];
  if (plan.write.length === 0 || look === undefined || lookOther === undefined) {
    return {
      kind,
      writer,
      written: 'not offered',
      seenByWriter: null,
      seenByOther: null,
      statuses,
    };
  }
  const sent = async (side: Side, asked: WireRequest) => {
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
    const seenByWriter = isSeen(await sent(writer, look), plan.mark);
    const seenByOther = isSeen(await sent(other, lookOther), plan.mark);
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

/** A vector that the candidate's indexes take; undefined where it gives none. */
async function vectorOf(candidate: HttpBackend): Promise<Float32Array | undefined> {
  const outcome = await candidate.embed({ texts: ['cutover probe'], kind: 'document' });
  return outcome.kind === 'ok' ? outcome.value.vectors[0] : undefined;
}

function plans(
  sides: Readonly<Record<Side, HttpBackend>>,
  nonce: string,
  vector: Float32Array | undefined,
): WritePlan[] {
  return (['incumbent', 'candidate'] as const).flatMap((writer) => {
    const mark = `from-${writer}-${nonce}`;
    const plan = { sides, writer, mark };
    return [indexPlan(plan, `cutover-${nonce}`, vector), keyPlan(plan), rowPlan(plan)];
  });
}

interface Writing {
  readonly sides: Readonly<Record<Side, HttpBackend>>;
  readonly writer: Side;
  readonly mark: string;
}

/** The requests of one operation through each side. */
function both<Name extends keyof OperationTypes>(
  sides: Writing['sides'],
  name: Name,
  request: RequestOf<Name>,
): WritePlan['look'] {
  return {
    incumbent: encoded(sides.incumbent.http, name, request),
    candidate: encoded(sides.candidate.http, name, request),
  };
}

/** The same name on both sides, so that the second writer meets a name the first one has taken. */
function indexPlan(
  { sides, writer, mark }: Writing,
  collection: string,
  vector: Float32Array | undefined,
): WritePlan {
  const text = 'cutover probe';
  const document = { id: mark, text, metadata: {}, ...(vector === undefined ? {} : { vector }) };
  return {
    kind: 'index',
    writer,
    mark,
    write: encoded(sides[writer].http, 'ingest', { collection, documents: [document] }),
    look: both(sides, 'search', { collection, text, k: 10 }),
    clean: [],
  };
}

function keyPlan({ sides, writer, mark }: Writing): WritePlan {
  const key = `cutover-probe/${mark}`;
  const bytes = new TextEncoder().encode(JSON.stringify({ mark }));
  const { http } = sides[writer];
  return {
    kind: 'key',
    writer,
    mark,
    write: encoded(http, 'storage put', { key, bytes }),
    look: both(sides, 'storage get', { key }),
    clean: encoded(http, 'storage delete', { key }),
  };
}

function rowPlan({ sides, writer, mark }: Writing): WritePlan {
  const table = `cutover_${mark.replaceAll(/\W/g, '_')}`;
  const sql = (statement: string) => encoded(sides[writer].http, 'sql', { statement });
  return {
    kind: 'row',
    writer,
    mark,
    write: [
      ...sql(`CREATE TABLE ${table} (mark TEXT)`),
      ...sql(`INSERT INTO ${table} (mark) VALUES ('${mark}')`),
    ],
    look: both(sides, 'sql', { statement: `SELECT mark FROM ${table}` }),
    clean: sql(`DROP TABLE IF EXISTS ${table}`),
  };
}
