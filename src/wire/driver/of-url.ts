import type { Backend } from '../backend.ts';
import type { DriverUrl } from './url.ts';

/** What a backend is given beside its URL. */
export interface OfUrlOptions {
  readonly timeouts: { readonly connectMs: number; readonly requestMs: number };
  /** Where passwords are. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Makes a backend of its URL; `text` is the whole of it. @throws UsageError for what it cannot use */
export type OfUrl = (url: DriverUrl, text: string, options: OfUrlOptions) => Backend;

/** The entries that are there, so that a default is not overwritten with nothing. */
export function given<Options extends object>(
  options: {
    readonly [Name in keyof Options]: Options[Name] | undefined;
  },
): Options {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Options;
}
