import type { EmbedRecord } from './embed.ts';
import type { SearchRecord } from './search.ts';
import type { ChatRecord, SqlRecord, StorageRecord } from './services.ts';

/** What a probe of one operation observed on both sides; `probe` tells which. */
export type ProbeRecord = EmbedRecord | SearchRecord | SqlRecord | StorageRecord | ChatRecord;
