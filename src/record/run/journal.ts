import { z } from 'zod';
import type { LogLine } from '../log-line.ts';
import {
  type CorpusSnapshot,
  corpusSnapshotSchema,
  type FileRecord,
  fileSchema,
  type ManifestInput,
  parseInput,
} from './manifest.ts';

/** One line of a run's journal: what was done, and when (ISO 8601, UTC). */
export type JournalEvent = Readonly<Record<string, unknown>> & {
  readonly event: string;
  readonly at: string;
};

/** Names the writer of a run keeps for itself. */
export const RESERVED_EVENTS = [
  'created',
  'described',
  'file',
  'renewed',
  'corpus',
  'resumed',
  'finished',
] as const;

const eventSchema = z.looseObject({ event: z.string(), at: z.string() });
const fileEvent = z.looseObject({ event: z.literal('file'), ...fileSchema.shape });
const corpusEvent = z.looseObject({ event: z.literal('corpus'), snapshot: corpusSnapshotSchema });

/** The events among the lines of a journal. */
export function journalEvents(lines: readonly LogLine[]): JournalEvent[] {
  return lines.flatMap(({ value }) => {
    const result = eventSchema.safeParse(value);
    return result.success ? [result.data] : [];
  });
}

/** The files that a journal says were finished, in the order of writing; what is written anew is as if it never was. */
export function journalFiles(events: readonly JournalEvent[]): FileRecord[] {
  let files: FileRecord[] = [];
  for (const event of events) {
    const file = fileEvent.safeParse(event);
    if (event.event === 'renewed') files = files.filter(({ path }) => path !== event.path);
    if (!file.success) continue;
    const { path, rows, sizeBytes, sha256 } = file.data;
    files.push({ path, rows, sizeBytes, sha256 });
  }
  return files;
}

/** What a journal says of its run before the first request; null where that was not yet recorded. */
export function journalDescription(events: readonly JournalEvent[]): ManifestInput | null {
  const described = events.findLast(({ event }) => event === 'described');
  return described === undefined ? null : parseInput(described.facts);
}

/** The corpus that a journal says was used; null where it was not yet recorded. */
export function journalCorpus(events: readonly JournalEvent[]): CorpusSnapshot | null {
  for (const event of events.toReversed()) {
    const result = corpusEvent.safeParse(event);
    if (result.success) return result.data.snapshot;
  }
  return null;
}
