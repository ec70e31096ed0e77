import type { ChatRequest, ChatResponse, SqlResponse } from '../../wire/operations.ts';
import type { AnswerPair, ProbeAnswer } from './answer.ts';

/** Shown in tables and the ledger. */
export interface ProbePaths {
  readonly incumbentPath: string;
  readonly candidatePath: string;
}

/** One statement of a statement file. */
export interface SqlStatement {
  readonly id: string;
  readonly sql: string;
  /** Whether ORDER BY decides the place of every row; otherwise rows are compared as a multiset. */
  readonly ordered: boolean;
  /** Largest relative difference of two numbers that count as equal. */
  readonly tolerance: number;
  /** Whether both sides must refuse it. */
  readonly refused: boolean;
}

/** Everything that the SQL probe observed. */
export interface SqlRecord extends ProbePaths {
  readonly probe: 'sql';
  readonly file: string;
  readonly statements: readonly SqlStatement[];
  readonly answers: readonly AnswerPair<SqlResponse>[];
}

/** Bytes as they are compared. */
export interface BytesSeen {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly partial: boolean;
}

/** What one action on one key gave; a listing is its keys, a `get` its bytes. */
export interface StorageSeen {
  readonly bytes?: BytesSeen;
  readonly keys?: readonly string[];
  readonly sizes?: readonly (number | null)[];
  readonly hasMore?: boolean;
}

/** One action, with what it should give where that is known beforehand. */
export interface StorageStep {
  readonly name: string;
  readonly action: 'put' | 'get' | 'list' | 'delete';
  /** The key or prefix below the namespace, shortened to be shown. */
  readonly shown: string;
  /** Bytes that a `get` must give back; absent where that is not known or the key must be missing. */
  readonly expected?: { readonly sha256: string; readonly sizeBytes: number };
  /** Keys that a listing must give. */
  readonly expectedKeys?: readonly string[];
  /** The action must be refused by both sides: it would leave the namespace. */
  readonly mustRefuse?: boolean;
  /** Both sides may refuse it; elsewhere two refusals have compared nothing. */
  readonly mayRefuse?: boolean;
  /** The key must not exist. */
  readonly mustMiss?: boolean;
  /** A range that a side may or may not offer. */
  readonly optional?: boolean;
}

/** Everything that the storage probe observed; what of the namespace could not be removed is named. */
export interface StorageRecord extends ProbePaths {
  readonly probe: 'storage';
  readonly namespace: string;
  readonly steps: readonly StorageStep[];
  readonly answers: readonly AnswerPair<StorageSeen>[];
  readonly leftBehind: readonly string[];
}

/** One conversation. */
export interface ChatCase {
  readonly name: string;
  readonly request: ChatRequest;
  /** Whether the same words always get the same answer, so that the text may be compared. */
  readonly deterministic: boolean;
  /** Whether both sides must refuse it. */
  readonly refused: boolean;
}

/** Everything that the chat probe observed. */
export interface ChatRecord extends ProbePaths {
  readonly probe: 'chat';
  readonly cases: readonly ChatCase[];
  readonly answers: readonly AnswerPair<ChatResponse>[];
}

/** One service of a stack. */
export interface StackService {
  readonly name: string;
  /** Full URL of the health endpoint. */
  readonly url: string;
}

/** What a service said of itself. */
export interface HealthSeen {
  readonly healthy: boolean;
  readonly version: string | null;
  readonly reply: string;
}

/** Everything that the health probe observed. */
export interface HealthRecord {
  readonly probe: 'health';
  readonly stack: string;
  readonly services: readonly StackService[];
  readonly answers: readonly ProbeAnswer<HealthSeen>[];
}
