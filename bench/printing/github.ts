import { appendFile } from 'node:fs/promises';
import type { JudgedReport } from '../../src/report/judged.ts';
import type { ReportDocument } from '../../src/report/model.ts';
import { githubAnnotations, githubSummary } from '../../src/report/render/github.ts';
import type { Io } from '../io.ts';

/** Whether this is a step of a workflow of GitHub Actions. */
export function isGithub({ env }: Pick<Io, 'env'>): boolean {
  return env.GITHUB_ACTIONS === 'true';
}

/** Annotations go to stdout, where the runner reads them; the summary to the file it names. */
export async function printForGithub(
  reports: readonly ReportDocument[],
  judged: readonly JudgedReport[],
  io: Io,
): Promise<void> {
  const summary = githubSummary(reports);
  const file = io.env.GITHUB_STEP_SUMMARY ?? '';
  if (file === '') io.stdout(summary);
  else await appendFile(file, summary);
  (io.command ?? io.stdout)(githubAnnotations(judged));
}

/**
 * A text in which the runner of GitHub Actions finds nothing to obey: neither `::add-mask::` at the beginning of a line,
 * nor `##[group]` anywhere. An id could end its commands before a gate that fails is annotated.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^([^\S\n]*)::/gm, '$1: :').replace(/##\[/g, '## [');
}
