import type { SourceFile } from '../source-file.ts';
import type { Importer, ImportRole } from '../types.ts';

/** One file and who reads it; null for judgments in lines of text, which have no format of their own. */
export interface ImportFile {
  readonly file: SourceFile;
  readonly importer: Importer | null;
  /** What the file calls the metric of its distances; null where it does not say. */
  readonly metric: string | null;
}

/** A file that is read as rows or lists. */
export interface ReadFile extends ImportFile {
  readonly importer: Importer;
}

/** One file that was found, and what it is; a role that was not written may be overruled. */
export interface Found extends ImportFile {
  readonly path: string;
  /** Path from the folder that was given on; the name of a file that was given itself. */
  readonly way: string;
  readonly role: ImportRole;
  readonly isWritten: boolean;
  readonly inFolder: boolean;
  /** Whether only the name of a split tells the role. */
  readonly isWeak: boolean;
}
