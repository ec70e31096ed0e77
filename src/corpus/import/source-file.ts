/** A file that is imported. */
export interface SourceFile {
  /** As it was given: what every message names. */
  readonly path: string;
  /** Where its bytes are: the same path, or the copy that a packed file was unpacked to. Its name tells the format. */
  readonly at: string;
}

/** A file that is read where it lies. */
export function plainFile(path: string): SourceFile {
  return { path, at: path };
}
