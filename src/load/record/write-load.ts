import type { RunWriter } from '../../record/run/run-writer.ts';
import { type AnswerRow, answerRowsCodec } from './answer-rows.ts';
import { BLOCKS, SIDES } from './blocks.ts';
import {
  endCodec,
  loadPlanCodec,
  loopsCodec,
  noncesCodec,
  passCodec,
  rungCodec,
  trialCodec,
} from './load-codec.ts';
import { loadRowsCodec, loadRowsOf } from './load-rows.ts';
import type {
  ObservedLoop,
  ObservedNonce,
  ObservedPass,
  ObservedRung,
  ObservedTrial,
  RecordedLoadPlan,
} from './observed.ts';

/** Writes what a load observes, block by block, so that what was measured is on disk before the next begins. */
export class LoadWriter {
  readonly #run: RunWriter;
  readonly #queryIds: readonly string[];
  readonly #answerBlocks = [0, 0];

  constructor(run: RunWriter, queryIds: readonly string[]) {
    this.#run = run;
    this.#queryIds = queryIds;
  }

  async plan(plan: RecordedLoadPlan): Promise<void> {
    await this.#run.writeRecord(BLOCKS.plan, loadPlanCodec, plan);
  }

  async loops([incumbent, candidate]: readonly (readonly ObservedLoop[])[]): Promise<void> {
    await this.#run.writeRecord(BLOCKS.loops, loopsCodec, {
      incumbent: incumbent ?? [],
      candidate: candidate ?? [],
    });
  }

  /** Writes one rate, numbered from 1. */
  async rung(number: number, rung: ObservedRung): Promise<void> {
    const { floor, self, both, ratePerSecond, seed, attempts, driver, machines } = rung;
    const part = async (name: 'floor' | 'self' | 'both', rows: ReturnType<typeof loadRowsOf>) => {
      await this.#run.writeRecord(BLOCKS.rungPart(number, name), loadRowsCodec, rows);
    };
    await part('floor', loadRowsOf(floor, []));
    await part('self', loadRowsOf(self.record, this.#queryIds, self.blocks));
    await part('both', loadRowsOf(both.record, this.#queryIds, both.blocks));
    const facts = {
      ...{ ratePerSecond, seed, attempts, driver },
      ...(machines === undefined ? {} : { machines }),
    };
    await this.#run.writeRecord(BLOCKS.rung(number), rungCodec, facts);
  }

  /** Writes one pass of a ramp, numbered from 1. */
  async pass(number: number, { record, ...facts }: ObservedPass): Promise<void> {
    const name = BLOCKS.pass(number);
    await this.#run.writeRecord(name, loadRowsCodec, loadRowsOf(record, this.#queryIds));
    await this.#run.writeRecord(name, passCodec, facts);
  }

  /** Writes one trial of a saturation search, numbered from 1. */
  async trial(side: 0 | 1, number: number, trial: ObservedTrial): Promise<void> {
    const { record, ratePerSecond, driver } = trial;
    const name = BLOCKS.trial(SIDES[side], number);
    await this.#run.writeRecord(name, loadRowsCodec, loadRowsOf(record, this.#queryIds));
    await this.#run.writeRecord(name, trialCodec, { ratePerSecond, driver });
  }

  /** Writes the texts that nobody had asked before, after one rate. */
  async nonces(number: number, nonces: readonly ObservedNonce[]): Promise<void> {
    await this.#run.writeRecord(BLOCKS.nonces(number), noncesCodec, nonces);
  }

  /** Writes answers of one side that are not yet on disk. */
  async answers(side: 0 | 1, rows: readonly AnswerRow[]): Promise<void> {
    if (rows.length === 0) return;
    const number = (this.#answerBlocks[side] ?? 0) + 1;
    this.#answerBlocks[side] = number;
    await this.#run.writeRecord(BLOCKS.answers(SIDES[side], number), answerRowsCodec, rows);
  }

  async end(loadAfter: number): Promise<void> {
    await this.#run.writeRecord(BLOCKS.end, endCodec, { loadAfter });
  }
}
