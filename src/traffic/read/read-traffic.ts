import { setImmediate as nextTurn } from 'node:timers/promises';
import { nestsTooDeep } from '../../corpus/files/nesting.ts';
import { linesNotUtf8, readNamedBytes } from '../../disk/read-named-text.ts';
import { UsageError } from '../../errors.ts';
import type { Cell } from '../../record/types.ts';
import type { Dialect } from '../../wire/dialect.ts';
import { isReadPath, type SeenExchange } from '../../wire/http/seen-exchange.ts';
import { parseExact } from '../../wire/json/exact-json.ts';
import { parseAsked } from '../asked-schema.ts';
import { type AskedQuestion, askedIn, redacted } from '../question.ts';
import type { Redactor } from '../redact/redactor.ts';
import { accessLine } from './access-line.ts';
import { harExchanges } from './har.ts';

/** Forms in which traffic lies in files. */
export const TRAFFIC_FORMATS = ['jsonl', 'har', 'texts'] as const;
export type TrafficFormat = (typeof TRAFFIC_FORMATS)[number];

/** How a file of traffic is read. */
export interface ReadTrafficOptions {
  /** By the name of the file where absent: `.har`, `.jsonl`, `.ndjson`, `.json` and `.log`, else texts. */
  readonly format?: TrafficFormat;
  /** How clients speak to the incumbent. */
  readonly dialect: Dialect;
  /** Taken off paths that have it, as a frontend does. */
  readonly prefix: string;
  readonly redactor: Redactor;
  /** What a plain text is asked as. */
  readonly plain: {
    readonly operation: Cell;
    readonly collections: readonly string[];
    readonly k: number;
  };
}

/** What became of the lines or entries of a file: `read` = the sum of the others. */
export interface ReadTally {
  readonly read: number;
  readonly questions: number;
  /** Requests to other paths: writes, health and what else clients send. */
  readonly notReadOnly: number;
  /** Requests to the right path whose body the dialect cannot read. */
  readonly undecoded: number;
  /** Lines that are no exchange at all. */
  readonly unreadable: number;
  /** Number of the first such line; null without one. */
  readonly firstUnreadable: number | null;
}

/** The questions of a file, in the order of the file, and what else was in it. */
export interface ReadTraffic {
  readonly asked: readonly AskedQuestion[];
  readonly tally: ReadTally;
}

/**
 * Reads questions from a file: an access log in JSON lines, the frontend's own log, an HTTP archive, or plain texts.
 * Redaction comes before anything else sees them.
 * @throws UsageError where the file cannot be read or is no archive; a line is never quoted; or the signal's reason.
 */
export async function readTraffic(
  path: string,
  options: ReadTrafficOptions,
  signal?: AbortSignal,
): Promise<ReadTraffic> {
  const bytes = await readNamedBytes(path, {
    code: 'traffic-file',
    name: path,
    hint: 'name a log in JSON lines, an HTTP archive (.har) or a list of texts',
  });
  const entries = entriesOf(path, bytes, options.format ?? formatOf(path));
  const asked: AskedQuestion[] = [];
  const counts = { questions: 0, notReadOnly: 0, undecoded: 0, unreadable: 0 };
  let firstUnreadable: number | null = null;
  for (const [at, { line, entry }] of entries.entries()) {
    if (at % ENTRIES_AT_ONCE === 0) await nextTurn();
    signal?.throwIfAborted();
    const found = readEntry(entry, options);
    if (typeof found === 'object') {
      asked.push(found);
      counts.questions += 1;
      continue;
    }
    counts[found] += 1;
    if (found === 'unreadable') firstUnreadable ??= line;
  }
  return { asked, tally: { read: entries.length, ...counts, firstUnreadable } };
}

/** Entries between two moments at which an interrupt is heard. */
const ENTRIES_AT_ONCE = 1000;

type Entry = { readonly text: string } | { readonly line: unknown } | SeenExchange | null;

interface Placed {
  /** From 1: of a line, or of an entry of an archive. */
  readonly line: number;
  readonly entry: Entry;
}

function readEntry(
  entry: Entry,
  options: ReadTrafficOptions,
): AskedQuestion | 'notReadOnly' | 'undecoded' | 'unreadable' {
  if (entry === null) return 'unreadable';
  const { redactor, plain } = options;
  if ('text' in entry) {
    const question = {
      ...plain,
      text: entry.text,
      vector: null,
      perCollectionK: null,
      filter: null,
    };
    return { atMs: null, ...redacted(question, redactor), answer: null, latencyMs: null };
  }
  if ('method' in entry) return readExchange(entry, options);
  const own = parseAsked(entry.line);
  if (own !== null) {
    // The log is redacted already, perhaps by fewer rules.
    const again = redacted(own.question, redactor);
    return { ...own, question: again.question, redacted: own.redacted || again.redacted };
  }
  const { line } = entry;
  if (typeof line !== 'object' || line === null || Array.isArray(line)) return 'unreadable';
  const exchange = accessLine(line as Readonly<Record<string, unknown>>);
  return exchange === null ? 'unreadable' : readExchange(exchange, options);
}

function readExchange(
  exchange: SeenExchange,
  { dialect, prefix, redactor }: ReadTrafficOptions,
): AskedQuestion | 'notReadOnly' | 'undecoded' {
  const { method, path } = exchange;
  const stripped =
    prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  if (!isReadPath(dialect, method, stripped)) return 'notReadOnly';
  return askedIn(dialect, { ...exchange, path: stripped }, redactor) ?? 'undecoded';
}

function entriesOf(path: string, bytes: Buffer, format: TrafficFormat): Placed[] {
  const odd = linesNotUtf8(bytes);
  const text = bytes.toString('utf8');
  if (format === 'har') {
    const exchanges = odd.size > 0 ? null : harExchanges(parsed(text, JSON.parse));
    if (exchanges !== null) return exchanges.map((entry, at) => ({ line: at + 1, entry }));
    throw new UsageError('traffic-har', `${path}: no HTTP archive in UTF-8`, {
      hint: 'a HAR file is JSON with log.entries; name the form with --format',
    });
  }
  return text.split('\n').flatMap((raw, at): Placed[] => {
    const line = raw.replace(/\r$/, '').replace(/^\uFEFF/, '');
    if (line.trim() === '') return [];
    if (odd.has(at + 1)) return [{ line: at + 1, entry: null }];
    if (format === 'texts') return [{ line: at + 1, entry: { text: line.trim() } }];
    const value = parsed(line, parseExact);
    return [{ line: at + 1, entry: value === undefined ? null : { line: value } }];
  });
}

function formatOf(path: string): TrafficFormat {
  if (/\.har$/i.test(path)) return 'har';
  return /\.(jsonl|ndjson|json|log)$/i.test(path) ? 'jsonl' : 'texts';
}

function parsed(text: string, parse: (text: string) => unknown): unknown {
  if (nestsTooDeep(text)) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
