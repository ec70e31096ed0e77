/** What is derived from the observations of a run, as it is stored. */
export interface DerivedFiles {
  /** As JSON can hold them. */
  readonly findings: unknown;
  readonly verdict: unknown;
  /** Markdown. */
  readonly report: string;
  /** The same as a page, as HTML. */
  readonly page: () => string;
  /** What stands beside them, by file name; absent where there is nothing. */
  readonly beside?: Readonly<Record<string, string>>;
}

/**
 * The files of what was derived, in the order of writing. The page is not among them: how it looks belongs to the
 * version that wrote it, and a run is not another for that.
 */
export function derivedTexts({
  findings,
  verdict,
  report,
  beside = {},
}: Omit<DerivedFiles, 'page'>): [string, string][] {
  return [
    ['findings.json', formatJson(findings)],
    ['verdict.json', formatJson(verdict)],
    ['report.md', report],
    ...Object.entries(beside),
  ];
}

/** A JSON value as a run folder holds it; NaN and infinities become null. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
