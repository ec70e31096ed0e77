import { join } from 'node:path';
import { readRegular } from '../../disk/read-regular.ts';
import { UsageError } from '../../errors.ts';
import { listCorpusFiles } from '../files/corpus-snapshot.ts';
import type { RecordCodec } from '../record-codec.ts';
import { observationCodec } from '../tables/observation-table.ts';
import { vectorCodec } from '../tables/vector-table.ts';
import type { Observation, Phase, VectorTable } from '../types.ts';
import type { JournalEvent } from './journal.ts';
import type { CorpusSnapshot, FileRecord, RunDescription, RunManifest } from './manifest.ts';

/** What `openRun` found. */
export interface RunReaderState {
  readonly id: string;
  readonly folder: string;
  readonly manifest: RunManifest | null;
  readonly journal: readonly JournalEvent[];
  readonly files: ReadonlyMap<string, FileRecord>;
  readonly issues: readonly string[];
  readonly setAside: readonly string[];
  readonly lost: readonly string[];
  readonly corpus: CorpusSnapshot | null;
  readonly description: RunDescription | null;
}

/** A run folder that was checked against its record; only intact files can be read through it. */
export class RunReader {
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  /** Null where the run was killed before its end. */
  readonly manifest: RunManifest | null;
  readonly journal: readonly JournalEvent[];
  /** What was set aside and why, a sentence each; empty for a sound run. */
  readonly issues: readonly string[];
  /** Paths (relative to the folder) of files on disk that are not read: unfinished or damaged ones. */
  readonly setAside: readonly string[];
  /** Paths of observed files that were recorded and are damaged or missing: what is left is not all. */
  readonly lost: readonly string[];
  /** The intact files. */
  readonly files: readonly FileRecord[];
  readonly corpus: CorpusSnapshot | null;
  /** Null where the run was killed before it had said what it is. */
  readonly description: RunDescription | null;
  readonly #byPath: ReadonlyMap<string, FileRecord>;

  constructor(state: RunReaderState) {
    this.id = state.id;
    this.folder = state.folder;
    this.manifest = state.manifest;
    this.journal = state.journal;
    this.issues = state.issues;
    this.setAside = state.setAside;
    this.lost = state.lost;
    this.corpus = state.corpus;
    this.description = state.description;
    this.files = [...state.files.values()];
    this.#byPath = state.files;
  }

  /**
   * All observations of the finished blocks, by file name and row; of one phase where it is named.
   * @throws UsageError where a file is no table of observations or has other than the recorded rows.
   */
  async observations(phase?: Phase): Promise<Observation[]> {
    const prefix = `observations/${phase === undefined ? '' : `${phase}-`}`;
    const paths = [...this.#byPath.keys()].filter((path) => path.startsWith(prefix)).sort();
    const blocks: (readonly Observation[])[] = [];
    for (const path of paths) blocks.push(await this.#decode(path, observationCodec.decode));
    return blocks.flat();
  }

  /**
   * The vectors that were written under a name.
   * @throws UsageError where there are none.
   */
  async vectors(name: string): Promise<VectorTable> {
    return await this.#decode(`vectors/${name}.arrow`, vectorCodec.decode);
  }

  /** The names under which vectors were written. */
  vectorNames(): string[] {
    return [...this.#byPath.keys()].flatMap(
      (path) => /^vectors\/(.*)\.arrow$/.exec(path)?.[1] ?? [],
    );
  }

  /**
   * What was observed in one block.
   * @throws UsageError where the file is missing, damaged or no such record.
   */
  async record<Value>(name: string, codec: RecordCodec<Value>): Promise<Value> {
    return await this.#decode(`observations/${name}.${codec.extension}`, codec.decode);
  }

  /** Names of the blocks whose name begins so and that have this form, in order. */
  recordNames(prefix: string, { extension }: Pick<RecordCodec<never>, 'extension'>): string[] {
    const [start, end] = [`observations/${prefix}`, `.${extension}`];
    return [...this.#byPath.keys()]
      .filter((path) => path.startsWith(start) && path.endsWith(end))
      .map((path) => path.slice('observations/'.length, -end.length))
      .sort();
  }

  /** Whether a file is there and intact. */
  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /**
   * A text of the run, e.g. `report.md`.
   * @throws UsageError where it is missing or damaged.
   */
  async text(name: string): Promise<string> {
    return (await this.#read(name)).toString('utf8');
  }

  /**
   * A JSON value of the run, e.g. `findings.json`.
   * @throws UsageError where it is missing or damaged.
   */
  async json(name: string): Promise<unknown> {
    return JSON.parse(await this.text(name)) as unknown;
  }

  /**
   * The folder of the run's corpus: its own copy, or the original where that is still the same.
   * @throws UsageError where neither is.
   */
  async corpusFolder(): Promise<string> {
    const { corpus } = this;
    if (corpus === null) {
      throw new UsageError('run-corpus', `${this.folder}: no corpus was recorded`, {
        hint: 'the run was killed before it began to measure',
      });
    }
    if (corpus.copied) {
      const lost = corpus.files.find(({ name }) => !this.has(`corpus/${name}`));
      if (lost === undefined) return join(this.folder, 'corpus');
      throw new UsageError('run-corpus', `${this.folder}/corpus/${lost.name}: missing or damaged`);
    }
    const present = new Map(
      (await listCorpusFiles(corpus.folder)).map(({ name, sha256 }) => [name, sha256]),
    );
    const changed = corpus.files.find(({ name, sha256 }) => present.get(name) !== sha256);
    if (changed === undefined) return corpus.folder;
    throw new UsageError('run-corpus', `${join(corpus.folder, changed.name)}: not as it was`, {
      hint: 'the corpus was too large to be copied into the run: restore it where it was',
    });
  }

  async #decode<Table>(
    path: string,
    decode: (bytes: Uint8Array, rows: number) => Table,
  ): Promise<Table> {
    const bytes = await this.#read(path);
    try {
      return decode(bytes, this.#byPath.get(path)?.rows ?? 0);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UsageError('run-damaged', `${join(this.folder, path)}: ${reason}`, { cause });
    }
  }

  async #read(path: string): Promise<Buffer> {
    if (!this.has(path)) {
      throw new UsageError('run-file', `${join(this.folder, path)}: missing or damaged`, {
        hint: this.issues[0] ?? 'the run has no such file',
      });
    }
    return await readRegular(join(this.folder, path));
  }
}
