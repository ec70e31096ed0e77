import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Io } from '../io.ts';
import { isGithub } from '../printing/github.ts';

const FORMATS = [
  'csv',
  'ctrf',
  'github',
  'html',
  'junit',
  'markdown',
  'parquet',
  'prometheus',
  'terminal',
] as const;
export type ReportFormat = (typeof FORMATS)[number];

/** Endings of files by the format that goes into them. */
const ENDINGS: Readonly<Record<string, ReportFormat>> = {
  '.csv': 'csv',
  '.html': 'html',
  '.json': 'ctrf',
  '.md': 'markdown',
  '.parquet': 'parquet',
  '.prom': 'prometheus',
  '.txt': 'terminal',
  '.xml': 'junit',
};

/** A format, and the file that it goes to; null: stdout. */
export interface ReportTarget {
  readonly format: ReportFormat;
  readonly file: string | null;
}

/** What may follow `-o`. */
export const REPORT_TARGETS = `${FORMATS.join(', ')}; or a file that ends in ${Object.keys(ENDINGS).join(', ')}`;

/** @throws InvalidArgumentError for what is neither a format nor a file of one */
export function reportTargetOf(given: string): ReportTarget {
  const format = FORMATS.find((name) => name === given);
  if (format !== undefined) return { format, file: null };
  const ofFile = ENDINGS[extname(given).toLowerCase()];
  if (ofFile !== undefined) return { format: ofFile, file: given };
  throw new InvalidArgumentError(`write ${REPORT_TARGETS}.`);
}

/** Where nothing is asked for: for people, or for the workflow that this is a step of. */
export function defaultTarget(io: Io): ReportTarget {
  return { format: isGithub(io) ? 'github' : 'terminal', file: null };
}
