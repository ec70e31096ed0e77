import type { Findings } from '../../parity/findings.ts';
import { key, left, row, table } from '../blocks.ts';
import type { ReportContext } from '../context.ts';
import { blocksHtml } from '../html/blocks.ts';
import { type Html, html } from '../html/tag.ts';
import { codeId } from '../spans.ts';

/** Where each operation was asked, and how to find out by what the two wire forms differ. */
export function wirePart({ cells }: Findings, { incumbent, candidate }: ReportContext): Html {
  const paths = table(
    [key(left('operation')), left('incumbent'), left('candidate')],
    cells.map(({ cell, incumbentPath, candidatePath }) =>
      row([cell], [cell, codeId('path', incumbentPath), codeId('path', candidatePath)]),
    ),
  );
  return html`<p>This run compares what the answers mean. Each side’s dialect read them: <bdi>${incumbent.about}</bdi> for the incumbent, <bdi>${candidate.about}</bdi> for the candidate.</p>${blocksHtml([paths])}<p class="callout">By what fields, types and headers the two wire forms differ, and what a client would have to change, is not part of this run. <code>bench drift</code> with the same configuration sends the same requests to both sides, finds each difference by itself, and leaves a page with a picture of it; it is for sides that are asked over HTTP.</p>`;
}
