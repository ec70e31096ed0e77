import { z } from 'zod';
import { storedKey } from '../../corpus/document-key.ts';
import { CORPUS_METRICS } from '../../corpus/types.ts';
import { type RecordCodec, taggedJsonCodec } from '../../record/record-codec.ts';
import type { VectorTable } from '../../record/types.ts';
import type { ChatRequest, ChatResponse, SqlResponse } from '../../wire/operations.ts';
import { OUTCOME_KINDS } from '../../wire/outcome.ts';
import type { AnswerPair, ProbeAnswer } from './answer.ts';
import type { EmbedRecord, EmbedSideRecord } from './embed.ts';
import type { ProbeRecord } from './probe-record.ts';
import type { RankedSeen, SearchRecord } from './search.ts';
import type { ChatRecord, SqlRecord, StorageRecord, StorageSeen, StorageStep } from './services.ts';

const text = z.string();
const count = z.int().nonnegative();
const vector = z.instanceof(Float32Array);
const vectors = z.array(vector);
const paths = { incumbentPath: text, candidatePath: text };

function answerOf<Value>(value: z.ZodType<Value>): z.ZodType<ProbeAnswer<Value>> {
  return z.object({
    outcome: z.enum(OUTCOME_KINDS),
    status: z.int().nullable(),
    detail: text,
    latencyMs: z.number(),
    value: value.nullable(),
  });
}

function pairOf<Value>(value: z.ZodType<Value>): z.ZodType<AnswerPair<Value>> {
  return z.object({ incumbent: answerOf(value), candidate: answerOf(value) });
}

const embedSide: z.ZodType<EmbedSideRecord> = z.object({
  path: text,
  model: text.nullable(),
  batches: z.array(answerOf(vectors)),
  alone: z.array(answerOf(vectors)),
  again: z.array(answerOf(vectors)),
  reversed: answerOf(vectors),
  edges: z.array(answerOf(vectors)),
  many: answerOf(vectors),
});

const embedRecord: z.ZodType<EmbedRecord> = z.object({
  probe: z.literal('embed'),
  askedModel: text.nullable(),
  distance: z.enum(['cosine', 'euclidean', 'dot']),
  texts: z.array(text),
  batchSize: z.int().positive(),
  edges: z.array(z.object({ name: text, text })),
  manyCount: count,
  sides: z.object({ incumbent: embedSide, candidate: embedSide }),
  reference: z.object({ name: text, vectors }).nullable(),
});

const ranked: z.ZodType<RankedSeen> = z.object({
  ids: z.array(text),
  // A score may be no number: that is one of the things a probe looks for.
  similarities: z.array(z.custom<number>((value) => typeof value === 'number')),
});

const vectorTable: z.ZodType<VectorTable> = z.object({
  ids: z.array(text),
  dimension: count,
  values: vector,
});

const searchRecord: z.ZodType<SearchRecord> = z.object({
  probe: z.literal('search'),
  ...paths,
  collection: text,
  documentCount: count,
  k: z.int().positive(),
  metric: z.enum(CORPUS_METRICS).exactOptional(),
  queries: z.array(
    z.object({
      id: text,
      need: text,
      text,
      excluded: z.array(text.transform(storedKey)).exactOptional(),
    }),
  ),
  byText: z.array(pairOf(ranked)),
  byVector: z.array(pairOf(ranked)),
  depths: z.array(z.object({ queryId: text, k: z.int(), answers: pairOf(ranked) })),
  edges: z.array(z.object({ name: text, mustRefuse: z.boolean(), answers: pairOf(ranked) })),
  documents: vectorTable,
  queryVectors: vectorTable,
});

const sqlResponse: z.ZodType<SqlResponse> = z.object({
  columns: z.array(z.object({ name: text, type: text.nullable() })),
  rows: z.array(z.array(z.union([z.null(), z.boolean(), text, z.number(), z.bigint()]))),
});

const sqlRecord: z.ZodType<SqlRecord> = z.object({
  probe: z.literal('sql'),
  ...paths,
  file: text,
  statements: z.array(
    z.object({
      id: text,
      sql: text,
      ordered: z.boolean(),
      tolerance: z.number(),
      refused: z.boolean(),
    }),
  ),
  answers: z.array(pairOf(sqlResponse)),
});

const bytesSeen = z.object({ sha256: text, sizeBytes: count });

const storageSeen: z.ZodType<StorageSeen> = z.object({
  bytes: bytesSeen.extend({ partial: z.boolean() }).exactOptional(),
  keys: z.array(text).exactOptional(),
  sizes: z.array(z.number().nullable()).exactOptional(),
  hasMore: z.boolean().exactOptional(),
});

const storageStep: z.ZodType<StorageStep> = z.object({
  name: text,
  action: z.enum(['put', 'get', 'list', 'delete']),
  shown: text,
  expected: bytesSeen.exactOptional(),
  expectedKeys: z.array(text).exactOptional(),
  mustRefuse: z.boolean().exactOptional(),
  mayRefuse: z.boolean().exactOptional(),
  mustMiss: z.boolean().exactOptional(),
  optional: z.boolean().exactOptional(),
});

const storageRecord: z.ZodType<StorageRecord> = z.object({
  probe: z.literal('storage'),
  ...paths,
  namespace: text,
  steps: z.array(storageStep),
  answers: z.array(pairOf(storageSeen)),
  leftBehind: z.array(text),
});

const chatRequest: z.ZodType<ChatRequest> = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: text })),
  provider: text.exactOptional(),
  model: text.exactOptional(),
});

const chatResponse: z.ZodType<ChatResponse> = z.object({
  content: text,
  provider: text.nullable(),
  model: text.nullable(),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
});

const chatRecord: z.ZodType<ChatRecord> = z.object({
  probe: z.literal('chat'),
  ...paths,
  cases: z.array(
    z.object({
      name: text,
      request: chatRequest,
      deterministic: z.boolean(),
      refused: z.boolean(),
    }),
  ),
  answers: z.array(pairOf(chatResponse)),
});

/** What a probe observed, whichever it was, in one file. */
export const probeCodec: RecordCodec<ProbeRecord> = taggedJsonCodec(
  z.union([embedRecord, searchRecord, sqlRecord, storageRecord, chatRecord]),
);
