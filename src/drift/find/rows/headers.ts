import { HOP_BY_HOP } from '../../../wire/hop-by-hop.ts';
import type { CapturedReply } from '../../record/raw-replies.ts';

/**
 * Headers that say nothing of what a backend answers: hop by hop (RFC 9110 §7.6.1), the time of day, the length
 * and coding of the body, the age in a cache; the media type has a row of its own.
 */
export const IGNORED_HEADERS: readonly string[] = [
  ...HOP_BY_HOP,
  'age',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
];

/** The headers of a reply as fields. */
export function headersOf(
  { headers }: CapturedReply,
  ignored: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ignored.has(name)));
}
