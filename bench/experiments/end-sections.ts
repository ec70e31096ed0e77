import { list, paragraph, section } from '../../src/report/blocks.ts';
import type { Content, Section, Span } from '../../src/report/model.ts';
import { code, joined, prose } from '../../src/report/spans.ts';

/** How the figures of a page came about: the command, and when and on what machine it ran. */
interface Made {
  readonly command: string;
  readonly provenance: Content;
  /** Further sentences; absent: none. */
  readonly more?: readonly Span[];
}

/** The end of the page of an experiment: what it does not show, and how it was made. */
export function endSections(
  limits: readonly Content[],
  { command, provenance, more = [] }: Made,
): Section[] {
  return [
    section('not-shown', 'What this does not show', [list(limits)]),
    section('made', 'How it was made', [
      paragraph([...prose`${code(command)}, ${provenance}.`, ...more]),
    ]),
  ];
}

/** The sentence that pins the documents of a collection. */
export function hashesOf(sources: readonly string[]): readonly Span[] {
  return prose` sha256 of the documents: ${joined(sources.map((hash) => code(hash)))}.`;
}
