import type { Corpus, Query } from '../../corpus/types.ts';
import { UsageError } from '../../errors.ts';
import type { RunReader } from '../../record/run/run-reader.ts';
import { type AnswerRow, answerRowsCodec, answersOf } from './answer-rows.ts';
import { BLOCKS, type SIDES, VECTORS } from './blocks.ts';
import {
  endCodec,
  loadPlanCodec,
  loopsCodec,
  noncesCodec,
  passCodec,
  rungCodec,
  trialCodec,
} from './load-codec.ts';
import { loadRowsCodec, recordOf } from './load-rows.ts';
import type {
  AnswersOf,
  LoadObserved,
  ObservedNonce,
  ObservedPass,
  ObservedRung,
  ObservedTrial,
} from './observed.ts';

/**
 * Reads what a load observed, as far as it was recorded; a rate of which a part is missing is left out.
 * @throws UsageError where the plan is missing, or a record is not what it should be
 */
export async function readLoad(run: RunReader, corpus: Corpus): Promise<LoadObserved> {
  const plan = await run.record(BLOCKS.plan, loadPlanCodec);
  const { queryIds } = plan;
  const incumbent = await readAnswers(run, 'incumbent', queryIds);
  const candidate = await readAnswers(run, 'candidate', queryIds);
  const loops = hasRecord(run, BLOCKS.loops, 'json')
    ? await run.record(BLOCKS.loops, loopsCodec)
    : null;
  const end = hasRecord(run, BLOCKS.end, 'json') ? await run.record(BLOCKS.end, endCodec) : null;
  return {
    plan,
    queries: queriesOf(corpus, queryIds),
    loops: loops === null ? null : [loops.incumbent, loops.candidate],
    rungs: await readRungs(run, queryIds),
    nonces: await readNonces(run),
    passes: await readPasses(run, queryIds),
    trials: [
      await readTrials(run, 'incumbent', queryIds),
      await readTrials(run, 'candidate', queryIds),
    ],
    answers: [incumbent, candidate],
    nonceVectors: run.vectorNames().includes(VECTORS.nonces)
      ? await run.vectors(VECTORS.nonces)
      : null,
    loadAfter: end?.loadAfter ?? null,
  };
}

function queriesOf(corpus: Corpus, ids: readonly string[]): Query[] {
  const byId = new Map(corpus.queries.map((query) => [query.id, query]));
  return ids.map((id) => {
    const query = byId.get(id);
    if (query !== undefined) return query;
    throw new UsageError('load-query', `query ${id} is not in the corpus of the run`, {
      hint: 'the plan was changed afterwards',
      context: { query: id },
    });
  });
}

async function readAnswers(
  run: RunReader,
  side: (typeof SIDES)[number],
  queryIds: readonly string[],
): Promise<AnswersOf> {
  const rows: AnswerRow[] = [];
  for (const name of run.recordNames(`answers-${side}-`, answerRowsCodec)) {
    rows.push(...(await run.record(name, answerRowsCodec)));
  }
  return answersOf(rows, queryIds);
}

async function readRungs(run: RunReader, queryIds: readonly string[]): Promise<ObservedRung[]> {
  const rungs: ObservedRung[] = [];
  for (const name of run.recordNames('rate-', rungCodec)) {
    const parts = ['floor', 'self', 'both'].map((part) => `${name}-${part}`);
    if (!parts.every((part) => hasRecord(run, part, 'arrow'))) continue;
    const [floor, self, both] = await Promise.all(
      parts.map(async (part) => recordOf(await run.record(part, loadRowsCodec), queryIds)),
    );
    if (floor === undefined || self === undefined || both === undefined) continue;
    rungs.push({ ...(await run.record(name, rungCodec)), floor: floor.record, self, both });
  }
  return rungs;
}

async function readNonces(run: RunReader): Promise<ObservedNonce[]> {
  const nonces: ObservedNonce[] = [];
  for (const name of run.recordNames('nonces-', noncesCodec)) {
    nonces.push(...(await run.record(name, noncesCodec)));
  }
  return nonces;
}

async function readPasses(run: RunReader, queryIds: readonly string[]): Promise<ObservedPass[]> {
  const passes: ObservedPass[] = [];
  for (const name of run.recordNames('ramp-', passCodec)) {
    if (!hasRecord(run, name, 'arrow')) continue;
    const { record } = recordOf(await run.record(name, loadRowsCodec), queryIds);
    passes.push({ ...(await run.record(name, passCodec)), record });
  }
  return passes;
}

/** In the order of the search; those after one that is missing cannot be placed. */
async function readTrials(
  run: RunReader,
  side: (typeof SIDES)[number],
  queryIds: readonly string[],
): Promise<ObservedTrial[]> {
  const trials: ObservedTrial[] = [];
  for (;;) {
    const name = BLOCKS.trial(side, trials.length + 1);
    if (!hasRecord(run, name, 'json') || !hasRecord(run, name, 'arrow')) return trials;
    const { record } = recordOf(await run.record(name, loadRowsCodec), queryIds);
    trials.push({ ...(await run.record(name, trialCodec)), record });
  }
}

function hasRecord(run: RunReader, name: string, extension: 'arrow' | 'json'): boolean {
  return run.has(`observations/${name}.${extension}`);
}
