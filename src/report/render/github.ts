import type { VerdictState } from '../../gate/verdict.ts';
import { plainLine, shortened } from '../../plain-text.ts';
import { decidingGates, type JudgedReport } from '../judged.ts';
import type { ReportDocument } from '../model.ts';
import { renderMarkdown } from './markdown.ts';

/** GitHub shows ten annotations of a step; the last one counts the others. */
const ANNOTATIONS = 9;
/** Bytes that a step summary may hold are 1,048,576: a longer one is not shown at all. */
const SUMMARY_LIMIT = 1_000_000;
const MESSAGE_LENGTH = 500;

/**
 * Workflow commands: a line each for gates that fail or could not decide, and for a verdict that is open though no gate
 * is; at most nine and a count of the rest.
 */
export function githubAnnotations(runs: readonly JudgedReport[]): string {
  const open = runs.flatMap(({ runId, verdict }) => {
    const gates = decidingGates(verdict).filter((gate) => gate.state !== 'pass');
    const { state, sentence } = verdict;
    const isTold =
      state === 'pass' ||
      state === 'informational' ||
      (state !== 'environment unfit' && gates.length > 0);
    const lines = isTold ? gates : [{ title: 'verdict', state, why: sentence }, ...gates];
    return lines.map((line) => ({ ...line, runId }));
  });
  const worstFirst = open.toSorted((a, b) => rankOf(a.state) - rankOf(b.state));
  const lines = worstFirst
    .slice(0, ANNOTATIONS)
    .map(({ runId, title, state, why }) =>
      command(rankOf(state) === 0 ? 'error' : 'warning', `${title}: ${state}`, `${why} (${runId})`),
    );
  const more = open.length - lines.length;
  if (more > 0) {
    lines.push(command('notice', 'retrieval-parity', `${more} more; all are in the step summary`));
  }
  return lines.join('');
}

/** The step summary: reports as Markdown, as far as GitHub shows them. */
export function githubSummary(reports: readonly ReportDocument[]): string {
  const text = reports.map(renderMarkdown).join('\n');
  if (Buffer.byteLength(text) <= SUMMARY_LIMIT) return text;
  const cut = Buffer.from(text).subarray(0, SUMMARY_LIMIT).toString('utf8');
  return `${cut.slice(0, cut.lastIndexOf('\n'))}\n\nThe rest is cut: it is in the run folder.\n`;
}

function rankOf(state: VerdictState): number {
  return state === 'fail' || state === 'environment unfit' ? 0 : 1;
}

function command(kind: 'error' | 'warning' | 'notice', title: string, message: string): string {
  const data = (text: string): string =>
    shortened(plainLine(text), MESSAGE_LENGTH).replace(/%/g, '%25');
  const property = data(title).replace(/:/g, '%3A').replace(/,/g, '%2C');
  return `::${kind} title=${property}::${data(message)}\n`;
}
