import type { LineState } from './line-seal.ts';
import type { LogLine } from './log-line.ts';

/** One line that is not as it was written. */
export interface DamagedLine {
  readonly lineNumber: number;
  /**
   * `torn`: the last line, cut while it was written; `malformed`: an earlier line that is no JSON object; `changed`: it is
   * not what its seal says, or lacks one; `doubled`: it was there before; `misplaced`: it is what its seal says, and the line
   * before it is another than was written.
   */
  readonly kind: 'torn' | 'malformed' | 'changed' | 'doubled' | 'misplaced';
  readonly text: string;
  /** One sentence that names the file, the line and what became of it. */
  readonly message: string;
}

/** Name of what this suite writes, in lines that have one: others may write to the same log, without seals. */
const OURS = /^retrieval-parity\//;

/**
 * What is wrong with a line that stands so to its seal; null where nothing is.
 * @param sealed texts of the lines before it that have a seal
 */
export function damageOf(
  { text, value }: LogLine,
  state: LineState,
  { sealed, isLast }: { readonly sealed: ReadonlySet<string>; readonly isLast: boolean },
): DamagedLine['kind'] | null {
  if (value === null) return text.trim() === '' ? null : isLast ? 'torn' : 'malformed';
  if (state === 'changed') return state;
  if (state === 'misplaced') return sealed.has(text) ? 'doubled' : state;
  const isOurs = typeof value.schema === 'string' && OURS.test(value.schema);
  return state === 'unsealed' && sealed.size > 0 && isOurs ? 'changed' : null;
}

const SENTENCE: Readonly<Record<DamagedLine['kind'], string>> = {
  torn: 'the last line is torn',
  malformed: 'the line is not a JSON object',
  changed: 'the line is not as it was written',
  doubled: 'the line is there twice',
  misplaced: 'the line before it is missing, or is not the one that it was written after',
};

/** Says it in one sentence. */
export function describeDamage(
  line: LogLine,
  kind: DamagedLine['kind'],
  path: string,
): DamagedLine {
  const { lineNumber, text } = line;
  const became = kind === 'misplaced' ? 'read all the same' : 'set aside, kept in the file';
  return {
    lineNumber,
    kind,
    text,
    message: `${path}:${lineNumber}: ${SENTENCE[kind]} (${line.bytes.length} bytes): ${became}`,
  };
}
