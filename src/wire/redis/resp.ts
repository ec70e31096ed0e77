import { BodyBuffer } from '../bounds/body-buffer.ts';
import { BODIES_BYTES } from '../bounds/byte-budget.ts';
import { tooLarge } from '../bounds/metered-socket.ts';
import { MalformedReplyError } from '../dialect.ts';

/** What Redis answers in RESP2: a text, a whole number, nothing, a list of these, or an error that stands for a value. */
export type RespReply = string | number | null | RedisError | readonly RespReply[];

/** An error that Redis answered with. */
export class RedisError extends Error {}

/** Lists within lists; no command of ours has more than two. */
const MOST_DEPTH = 16;
/** A line: a number, a short text or the message of an error. */
const LONGEST_LINE = 64 * 1024;
/** One text: while it is put together it takes three times its size. */
const LONGEST_TEXT = 32 * 1024 * 1024;
/** What a value and a list take in memory beside their bytes, about. */
const VALUE_BYTES = 16;
const LIST_BYTES = 64;

const CR = 0x0d;
const LF = 0x0a;

/** One command as RESP2 sends it: a list of texts. */
export function respCommand(words: readonly (string | Uint8Array)[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === 'string' ? Buffer.from(word) : word;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** Makes replies of bytes as they come, and holds no more of one than an answer may take. */
export interface RespReader {
  /**
   * The replies that these bytes complete.
   * @throws MalformedReplyError for bytes that are no reply, and for a reply that is too large or too deep; nothing can
   *   be read after it
   */
  readonly read: (bytes: Uint8Array) => RespReply[];
}

interface OpenList {
  readonly items: RespReply[];
  readonly length: number;
}

/** A reader at the beginning of a reply. */
export function respReader(limitBytes = BODIES_BYTES): RespReader {
  const lists: OpenList[] = [];
  const line = new BodyBuffer();
  const text = new BodyBuffer();
  /** Bytes that a text still lacks, with its line end; null outside of one. */
  let lacking: number | null = null;
  let takenBytes = 0;
  let done: RespReply[] = [];

  const take = (sizeBytes: number): void => {
    takenBytes += sizeBytes;
    if (takenBytes > limitBytes) throw tooLarge(limitBytes);
  };
  const add = (value: RespReply): void => {
    take(VALUE_BYTES);
    let whole = value;
    for (;;) {
      const open = lists.at(-1);
      if (open === undefined) break;
      open.items.push(whole);
      if (open.items.length < open.length) return;
      lists.pop();
      whole = open.items;
    }
    done.push(whole);
    takenBytes = 0;
  };
  const begin = (head: string): void => {
    const [kind, rest] = [head.charAt(0), head.slice(1)];
    if (kind === '+') add(rest);
    else if (kind === '-') add(new RedisError(rest));
    else if (kind === ':') add(wholeNumber(rest));
    else if (kind === '$' || kind === '*') {
      const length = wholeNumber(rest);
      if (length === -1) {
        add(null);
        return;
      }
      if (length < 0 || length > limitBytes) throw announced(length);
      if (kind === '$') {
        if (length > LONGEST_TEXT) throw announced(length);
        lacking = length + 2;
      } else {
        if (lists.length === MOST_DEPTH) throw malformed(`lists deeper than ${MOST_DEPTH}`);
        // Each item takes four bytes at least.
        if (4 * length > limitBytes) throw announced(length);
        take(LIST_BYTES);
        if (length === 0) add([]);
        else lists.push({ items: [], length });
      }
    } else throw malformed('bytes that are no reply');
  };
  const readLine = (bytes: Uint8Array, from: number): number => {
    const end = bytes.indexOf(LF, from);
    const to = end === -1 ? bytes.length : end + 1;
    line.add(bytes.subarray(from, to));
    if (line.sizeBytes > LONGEST_LINE) throw malformed('a line that does not end');
    if (end === -1) return to;
    const whole = line.bytes();
    if (whole[whole.length - 2] !== CR) throw malformed('bytes that are no reply');
    const head = Buffer.from(whole.subarray(0, -2)).toString('utf8');
    line.clear();
    begin(head);
    return to;
  };
  const readText = (bytes: Uint8Array, from: number, lack: number): number => {
    const to = Math.min(bytes.length, from + lack);
    text.add(bytes.subarray(from, to));
    lacking = lack - (to - from);
    if (lacking > 0) return to;
    const whole = text.bytes();
    const [carriage, newline] = whole.subarray(-2);
    if (carriage !== CR || newline !== LF) throw malformed('a text without its end');
    const value = Buffer.from(whole.subarray(0, -2)).toString('utf8');
    text.clear();
    lacking = null;
    add(value);
    return to;
  };
  return {
    read: (bytes) => {
      done = [];
      for (let at = 0; at < bytes.length; ) {
        const from = at;
        at = lacking === null ? readLine(bytes, at) : readText(bytes, at, lacking);
        // Those of a whole reply are no longer held.
        if (lists.length > 0 || lacking !== null || line.sizeBytes > 0) take(at - from);
      }
      return done;
    },
  };
}

function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw malformed('bytes that are no reply');
  return Number(text);
}

function announced(length: number): MalformedReplyError {
  return malformed(`an answer of ${length} parts or bytes`);
}

function malformed(what: string): MalformedReplyError {
  return new MalformedReplyError(what);
}
