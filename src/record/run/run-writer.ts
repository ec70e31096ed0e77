import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InfrastructureError } from '../../errors.ts';
import { appendToLog } from '../append-log.ts';
import { assertBlockRows, type BlockKey, blockFileName } from '../block.ts';
import { hashConfig } from '../config-hash.ts';
import { listCorpusFiles } from '../files/corpus-snapshot.ts';
import { sha256Hex, writeWhole } from '../files/write-whole.ts';
import type { RecordCodec } from '../record-codec.ts';
import { observationCodec } from '../tables/observation-table.ts';
import { encodeParquet, type ParquetColumn } from '../tables/queries-parquet.ts';
import { vectorCodec } from '../tables/vector-table.ts';
import type { Observation, VectorTable } from '../types.ts';
import { type DerivedFiles, derivedTexts, formatJson } from './derived-files.ts';
import { RESERVED_EVENTS } from './journal.ts';
import {
  type CorpusSnapshot,
  type FileRecord,
  formatManifest,
  type ManifestInput,
  RUN_SCHEMA_VERSION,
  type RunManifest,
} from './manifest.ts';
import { openRun } from './open-run.ts';
import type { RunLock } from './run-lock.ts';
import type { RunReader } from './run-reader.ts';
import { journalSeal } from './seal.ts';
import { makeFoldersOf, requireWritten } from './written-files.ts';

/** Corpora up to this size are copied into the run folder, so that it can be judged again from itself alone. */
const COPIED_CORPUS_LIMIT_BYTES = 64 * 1024 * 1024;

/** What a writer goes on from. */
export interface RunWriterState {
  readonly id: string;
  readonly folder: string;
  readonly createdAt: string;
  readonly clock: () => Date;
  readonly lock: RunLock;
  readonly files?: readonly FileRecord[];
  readonly corpus?: CorpusSnapshot | null;
}

/**
 * Writes one run folder: each file whole or not at all, then a journal line with its row count and hash,
 * and the manifest last of all. Every method throws InfrastructureError where the disk refuses.
 */
export class RunWriter {
  readonly id: string;
  readonly folder: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly #clock: () => Date;
  readonly #lock: RunLock;
  readonly #files: Map<string, FileRecord>;
  #corpus: CorpusSnapshot | null;
  #finished = false;
  #firstFailure: unknown = null;
  /** Journal lines are appended one after the other. */
  #journal: Promise<void> = Promise.resolve();

  constructor(state: RunWriterState) {
    this.id = state.id;
    this.folder = state.folder;
    this.createdAt = state.createdAt;
    this.#clock = state.clock;
    this.#lock = state.lock;
    this.#files = new Map((state.files ?? []).map((file) => [file.path, file]));
    this.#corpus = state.corpus ?? null;
  }

  /** Writes the first line of the journal; `createRun` has done so. */
  async begin(): Promise<void> {
    const facts = { id: this.id, schemaVersion: RUN_SCHEMA_VERSION, createdAt: this.createdAt };
    await this.#log('created', facts, true);
  }

  /** Notes in the journal that a killed run is gone on with; `resumeRun` has done so. */
  async beginAgain(setAside: readonly string[]): Promise<void> {
    await this.#log('resumed', { setAside });
  }

  /** Notes in the journal what is known of the run before its first request, so that a killed run can be read. */
  async describe(facts: ManifestInput): Promise<void> {
    await this.#log('described', { facts });
  }

  /** Whether a block is already on disk, in this run or in the one that is resumed. */
  hasBlock(key: BlockKey): boolean {
    return this.#files.has(`observations/${blockFileName(key)}`);
  }

  /** The same of a file by its name. */
  hasFile(name: string): boolean {
    return this.#files.has(name);
  }

  /** The same of vectors. */
  hasVectors(name: string): boolean {
    return this.#files.has(`vectors/${name}.arrow`);
  }

  /**
   * Writes one finished block.
   * @throws RangeError where the block is on disk already or a row belongs to another block.
   */
  async writeObservations(key: BlockKey, rows: readonly Observation[]): Promise<FileRecord> {
    if (this.hasBlock(key)) throw new RangeError(`block ${blockFileName(key)} is already on disk`);
    assertBlockRows(key, rows);
    const { bytes, rows: count } = observationCodec.encode(rows);
    return await this.#write(`observations/${blockFileName(key)}`, bytes, count);
  }

  /** Writes the embeddings of one side below `vectors/`. */
  async writeVectors(name: string, table: VectorTable): Promise<FileRecord> {
    const { bytes, rows } = vectorCodec.encode(table);
    return await this.#write(`vectors/${fileName(name)}.arrow`, bytes, rows);
  }

  /** Writes what was observed in one block below `observations/`. */
  async writeRecord<Value>(
    name: string,
    codec: RecordCodec<Value>,
    value: Value,
  ): Promise<FileRecord> {
    const { bytes, rows } = codec.encode(value);
    return await this.#write(`observations/${fileName(name)}.${codec.extension}`, bytes, rows);
  }

  /** Writes what was derived: `findings.json`, `verdict.json`, `report.md` and `report.html`. */
  async writeDerived(derived: DerivedFiles): Promise<void> {
    for (const [name, text] of derivedTexts(derived)) await this.writeText(name, text);
    await this.writeText('report.html', derived.page());
  }

  /** Writes `queries.parquet`, a row a query. */
  async writeQueries(columns: readonly ParquetColumn[]): Promise<FileRecord> {
    const rows = columns[0]?.values.length ?? 0;
    return await this.#write('queries.parquet', encodeParquet(columns), rows);
  }

  /** Copies the corpus below `corpus/` where its files are small enough; else records where it is, with hashes. */
  async snapshotCorpus(
    corpusFolder: string,
    limitBytes: number = COPIED_CORPUS_LIMIT_BYTES,
  ): Promise<CorpusSnapshot> {
    const files = await listCorpusFiles(corpusFolder);
    const copied = files.reduce((sum, file) => sum + file.sizeBytes, 0) <= limitBytes;
    if (copied) {
      for (const { name, sha256 } of files) {
        const path = join(corpusFolder, name);
        const written = await this.#write(`corpus/${name}`, await readFile(path), null);
        if (written.sha256 === sha256) continue;
        throw new InfrastructureError('corpus-changed', `${path}: changed while it was copied`, {
          hint: 'nothing may write to a corpus while a run begins',
        });
      }
    }
    this.#corpus = { folder: corpusFolder, copied, files };
    await this.#log('corpus', { snapshot: this.#corpus });
    return this.#corpus;
  }

  /** Writes a JSON value, e.g. `findings.json`; NaN and infinities become null. */
  async writeJson(name: string, value: unknown): Promise<FileRecord> {
    return await this.writeText(name, formatJson(value));
  }

  /** Writes a text, e.g. `report.md`. */
  async writeText(name: string, text: string): Promise<FileRecord> {
    return await this.#write(fileName(name), Buffer.from(text), null);
  }

  /**
   * Adds a line to the journal.
   * @throws RangeError for the event names that the writer keeps for itself.
   */
  async appendJournal(
    event: { readonly event: string } & Readonly<Record<string, unknown>>,
  ): Promise<void> {
    if ((RESERVED_EVENTS as readonly string[]).includes(event.event)) {
      throw new RangeError(`the journal keeps the event name ${event.event} for itself`);
    }
    await this.#log(event.event, event);
  }

  /**
   * Writes the manifest, after which the run is closed and nobody's. A run that failed is on its way to tell why:
   * that its manifest cannot be written either is not told instead.
   * @throws InfrastructureError where a file of a complete run is gone, or the disk refuses; where it refused
   * before, with the reason that it had then.
   */
  async finish(input: ManifestInput): Promise<RunManifest | null> {
    try {
      if (input.status === 'complete') await requireWritten(this.folder, this.#files.values());
      return await this.#finish(input);
    } catch (error) {
      if (input.status === 'failed') return null;
      throw this.#firstFailure ?? error;
    } finally {
      await this.#lock.release();
    }
  }

  /**
   * The run as it reads back, to derive from it.
   * @throws InfrastructureError where a file that was written is gone.
   */
  async readBack(): Promise<RunReader> {
    await this.#lock.check();
    await requireWritten(this.folder, this.#files.values());
    return await openRun(this.folder);
  }

  /** Gives the folder back without a word: the run is as one that was killed. */
  async leave(): Promise<void> {
    await this.#lock.release();
  }

  async #finish(input: ManifestInput): Promise<RunManifest> {
    // Lines that are under way belong to what is sealed.
    await this.#journal;
    await this.#lock.check();
    const journal = journalSeal(await readFile(join(this.folder, 'journal.jsonl')));
    const manifest: RunManifest = {
      schemaVersion: RUN_SCHEMA_VERSION,
      id: this.id,
      createdAt: this.createdAt,
      finishedAt: this.#clock().toISOString(),
      ...input,
      corpus: input.corpus === null ? null : { ...input.corpus, snapshot: this.#corpus },
      configHash: hashConfig(input.config),
      files: [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
      journal,
    };
    const bytes = Buffer.from(formatManifest(manifest));
    await this.#log('finished', { status: input.status, manifest: sha256Hex(bytes) });
    this.#finished = true;
    await writeWhole(join(this.folder, 'manifest.json'), bytes);
    return manifest;
  }

  async #write(path: string, bytes: Uint8Array, rows: number | null): Promise<FileRecord> {
    if (this.#finished) throw new Error(`the run ${this.id} is finished: ${path} comes too late`);
    const target = join(this.folder, path);
    const record = { path, rows, sizeBytes: bytes.length, sha256: sha256Hex(bytes) };
    const before = this.#files.get(path);
    return await this.#noting(async () => {
      await this.#lock.check();
      // A kill between the new bytes and their line must not look as if somebody had changed the file.
      if (before !== undefined && before.sha256 !== record.sha256) {
        await this.#log('renewed', { path });
      }
      await makeFoldersOf(target, this.folder);
      await writeWhole(target, bytes);
      await this.#log('file', record);
      this.#files.set(path, record);
      return record;
    });
  }

  async #log(
    event: string,
    facts: Readonly<Record<string, unknown>>,
    create = false,
  ): Promise<void> {
    const line = { event, at: this.#clock().toISOString(), ...facts };
    const path = join(this.folder, 'journal.jsonl');
    const appended = this.#journal.then(async () => {
      await this.#lock.check();
      await appendToLog(path, [line], { lock: false, create });
    });
    this.#journal = appended.catch(() => {});
    await this.#noting(() => appended);
  }

  /** Remembers why the disk refused first: what comes after follows from it. */
  async #noting<Value>(action: () => Promise<Value>): Promise<Value> {
    try {
      return await action();
    } catch (error) {
      this.#firstFailure ??= error;
      throw error;
    }
  }
}

function fileName(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) || name === 'manifest.json') {
    throw new RangeError(`${JSON.stringify(name)} cannot name a file of a run`);
  }
  return name;
}
