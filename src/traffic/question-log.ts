import { appendFile } from 'node:fs/promises';
import type { Dialect } from '../wire/dialect.ts';
import { isReadPath, type TrafficTap } from '../wire/http/seen-exchange.ts';
import { formatAsked } from './asked-schema.ts';
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

/** Appends a share of the questions to a file, a line each, once their answers have left. */
export function logQuestions(options: {
  readonly path: string;
  readonly dialect: Dialect;
  readonly share: number;
  readonly redactor: Redactor;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}): QuestionLog {
  const { path, dialect, share, redactor, random, onError } = options;
  let lines: string[] = [];
  let writing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    if (lines.length > 0) {
      const text = lines.join('');
      lines = [];
      writing = writing.then(() => appendFile(path, text, { mode: 0o600 })).catch(onError);
    }
    return writing;
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();
  return {
    tap: {
      wants: (method, target) =>
        lines.length < MOST_WAITING && isReadPath(dialect, method, target) && random() < share,
      take: (exchange) => {
        const asked = exchange === null ? null : askedIn(dialect, exchange, redactor);
        if (asked !== null) lines.push(`${formatAsked(asked)}\n`);
      },
    },
    stop: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}
