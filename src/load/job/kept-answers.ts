import type { Query } from '../../corpus/types.ts';
import { askAlone, readAnswer } from '../drive/ask-alone.ts';
import type { PreparedSide } from '../drive/sides.ts';
import { type AnswerRecall, answerValue } from '../find/answers/answer-value.ts';
import { suspectAnswers } from '../find/answers/foreign-answers.ts';
import type { ValueFor } from '../find/requests/settle.ts';
import { type AnswerRow, answerRow, answersOf } from '../record/answer-rows.ts';
import type { RecordedAnswer } from '../record/observed.ts';

/** Most queries that are asked alone at a time. */
const MAX_ALONE = 500;

/** The answers of one side: reads each distinct one once, writes it down, and asks again alone what looks like another's. */
export class KeptAnswers {
  readonly #side: PreparedSide;
  readonly #write: (rows: readonly AnswerRow[]) => Promise<void>;
  /** By query and number of the answer. */
  readonly #read = new Map<string, RecordedAnswer | null>();
  readonly #written = new Set<string>();
  readonly #rows: AnswerRow[] = [];
  readonly #alone = new Set<number>();

  constructor(side: PreparedSide, write: (rows: readonly AnswerRow[]) => Promise<void>) {
    this.#side = side;
    this.#write = write;
  }

  /** Writes down what is new, outside of timed requests. */
  async keep(options: {
    readonly deadlineMs: number;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const { queries, arm } = this.#side;
    const fresh: AnswerRow[] = [];
    for (const [index, query] of queries.entries()) {
      for (let variant = 1; variant <= arm.answers.variantCount(index); variant++) {
        const key = `${index}/${variant}`;
        if (this.#written.has(key)) continue;
        this.#written.add(key);
        fresh.push(answerRow(query.id, variant, this.#answer(index, variant)));
      }
    }
    this.#rows.push(...fresh);
    const suspects = this.#suspects();
    for (const { query, answer } of await askAlone(this.#side, suspects, options)) {
      fresh.push(answerRow(query.id, 0, answer));
    }
    await this.#write(fresh);
  }

  /** What an answer is worth; `recall` is null where it is not looked at. */
  valueFor(recall: AnswerRecall | null): ValueFor {
    return (query, variant) => {
      const answer = this.#answer(query, variant);
      return answer === null ? null : answerValue(query, answer, recall);
    };
  }

  #answer(index: number, variant: number): RecordedAnswer | null {
    const key = `${index}/${variant}`;
    const known = this.#read.get(key);
    const query = this.#side.queries[index];
    if (known !== undefined || query === undefined) return known ?? null;
    const answer = readAnswer(this.#side, this.#side.arm.answers.variant(index, variant), query);
    this.#read.set(key, answer);
    return answer;
  }

  /** Queries whose answers look like those to others, and that were not yet asked alone. */
  #suspects(): Query[] {
    const { queries } = this.#side;
    const ids = queries.map(({ id }) => id);
    const suspects = new Set<number>();
    for (const { query } of suspectAnswers(queries, answersOf(this.#rows, ids))) {
      if (!this.#alone.has(query) && suspects.size < MAX_ALONE) suspects.add(query);
    }
    for (const query of suspects) this.#alone.add(query);
    return [...suspects].flatMap((index) => queries[index] ?? []);
  }
}
