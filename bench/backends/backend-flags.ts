import type { Command } from 'commander';
import type { Varied } from '../../src/sweep/plan/variants.ts';
import { collected } from '../config-options.ts';

/** Backends that a command line names, and what is varied in their URLs. */
export interface BackendFlags {
  readonly backend?: readonly string[];
  readonly vary?: readonly string[];
}

/** Adds the flags that name any number of backends. */
export function addBackendOptions(command: Command): Command {
  const grouped = command
    .optionsGroup('Backends that are filled:')
    .option('--backend <url>', 'a backend, e.g. hnsw://index-{m}?m={m}; may be repeated', collected)
    .option(
      '--vary <name=values>',
      'values of a placeholder, e.g. m=8,16; may be repeated',
      collected,
    );
  return addIngestOptions(grouped).optionsGroup('Options:');
}

/** Adds the flags that say whether backends are filled with the corpus. */
export function addIngestOptions(command: Command): Command {
  return command
    .option(
      '--ingest <mode>',
      'never, if-empty or always: fill the backends with the corpus (default: never)',
    )
    .option('--force', 'let --ingest always write into what is not empty');
}

/** What is varied: `m=8,16` as the name and its values. */
export function variedOf(texts: readonly string[] = []): Varied {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      return at <= 0 ? [text, []] : [text.slice(0, at), text.slice(at + 1).split(',')];
    }),
  );
}
