import { appendToLog } from '../record/append-log.ts';
import type { Dialect } from '../wire/dialect.ts';
import { isReadPath, type TrafficTap } from '../wire/http/seen-exchange.ts';
import { askedRecord } from './asked-schema.ts';
import { askedIn } from './question.ts';
import type { Redactor } from './redact/redactor.ts';

/** A log of questions that pass, redacted before they are written. */
export interface QuestionLog {
  readonly tap: TrafficTap;
  /** Writes what is left. */
  readonly stop: () => Promise<void>;
}

const EVERY_MS = 1000;
/** Questions that may wait to be written; beyond them they are left out. */
const MOST_WAITING = 5000;

/**
 * Appends a share of the questions to a file, a line each, once their answers have left. A disk that is slow is waited
 * for: beyond what may wait, questions are left out.
 */
export function logQuestions(options: {
  readonly path: string;
  readonly dialect: Dialect;
  readonly share: number;
  readonly redactor: Redactor;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}): QuestionLog {
  const { path, dialect, share, redactor, random, onError } = options;
  let waiting: object[] = [];
  let writing: Promise<void> | null = null;
  const flush = (): Promise<void> => {
    if (writing !== null || waiting.length === 0) return writing ?? Promise.resolve();
    const records = waiting;
    waiting = [];
    writing = appendToLog(path, records, { lock: false, mode: 0o600 })
      .catch(onError)
      .finally(() => {
        writing = null;
      });
    return writing;
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();
  return {
    tap: {
      wants: (method, target) =>
        waiting.length < MOST_WAITING && isReadPath(dialect, method, target) && random() < share,
      take: (exchange) => {
        const asked = exchange === null ? null : askedIn(dialect, exchange, redactor);
        if (asked !== null) waiting.push(askedRecord(asked));
      },
    },
    stop: async () => {
      clearInterval(timer);
      await flush();
      await flush();
    },
  };
}
