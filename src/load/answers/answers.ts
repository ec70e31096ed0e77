import { maskedRanges, skipValue } from './mask.ts';

/** One body a query was answered with, cut at its masked values. */
interface Variant {
  readonly bytes: Uint8Array;
  /** What lies between masked values; a single piece where nothing is masked. */
  readonly pieces: readonly Uint8Array[];
}

/** A body is compared with this many earlier ones of its query; where none of them ever repeats, more would only cost time. */
const MAX_COMPARED = 8;

/** Bytes of distinct bodies kept together; what comes after is counted as unread. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

/** Variant number of an answer that was not kept. */
export const UNREAD = 0xffff;

/**
 * The bodies each query was answered with. Comparing bytes is all that happens while requests are timed;
 * bodies are read afterwards, each distinct one once.
 */
export interface AnswerVariants {
  /** Number (from 1) of the variant the body is, adding it where it is new; UNREAD where no more are kept. */
  readonly look: (query: number, body: Uint8Array) => number;
  /** The bytes of one variant. @throws RangeError where there is none of that number. */
  readonly variant: (query: number, number: number) => Uint8Array;
  /** How many different bodies a query was answered with. */
  readonly variantCount: (query: number) => number;
}

/** Nothing yet; values at the `masked` paths (see `maskedRanges`) never make two bodies different. */
export function createAnswerVariants(masked: ReadonlySet<string> = new Set()): AnswerVariants {
  const variants = new Map<number, Variant[]>();
  let keptBytes = 0;
  return {
    look(query, body) {
      let known = variants.get(query);
      if (known === undefined) {
        known = [];
        variants.set(query, known);
      }
      for (let index = 0; index < known.length && index < MAX_COMPARED; index++) {
        if (sameBody(known[index]?.pieces ?? [], body)) return index + 1;
      }
      if (known.length >= UNREAD - 1 || keptBytes + body.length > MAX_KEPT_BYTES) return UNREAD;
      keptBytes += body.length;
      known.push(variantOf(Uint8Array.from(body), masked));
      return known.length;
    },
    variant(query, number) {
      const found = variants.get(query)?.[number - 1];
      if (found === undefined) throw new RangeError(`query ${query} has no answer ${number}`);
      return found.bytes;
    },
    variantCount: (query) => variants.get(query)?.length ?? 0,
  };
}

function variantOf(bytes: Uint8Array, masked: ReadonlySet<string>): Variant {
  if (masked.size === 0) return { bytes, pieces: [bytes] };
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const range of maskedRanges(bytes, masked)) {
    pieces.push(bytes.subarray(at, range.start));
    at = range.end;
  }
  pieces.push(bytes.subarray(at));
  return { bytes, pieces };
}

/** Whether a body consists of the pieces with one JSON value of any length between each two. */
function sameBody(pieces: readonly Uint8Array[], body: Uint8Array): boolean {
  let at = 0;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] ?? body;
    if (index > 0) at = skipValue(body, at);
    if (Buffer.compare(body.subarray(at, at + piece.length), piece) !== 0) return false;
    at += piece.length;
  }
  return at === body.length;
}
