import { verdictSentence } from '../../gate/sentence.ts';
import type { Verdict } from '../../gate/verdict.ts';
import type { Findings } from '../../parity/findings.ts';
import type { ReportContext } from '../context.ts';
import { inline } from '../html/blocks.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import { verdictHead } from '../html/verdict-head.ts';
import { id, metric, share, toneOf } from '../spans.ts';
import { isTelling, type PageData } from './page-data.ts';
import { queryLink } from './queries-part.ts';

/** The answer with what it rests on and what to do next. */
export function verdictPart(
  findings: Findings,
  verdict: Verdict,
  context: ReportContext,
  data: PageData,
): Html {
  const { incumbent, candidate } = context;
  const { state } = verdict;
  return html`${verdictHead({
    eyebrow: html`Retrieval parity · <bdi>${findings.corpus.name}</bdi>${findings.complete ? NOTHING : html` · <strong>interrupted: what was measured until then</strong>`}${context.swapped ? ' · sides exchanged' : ''}`,
    state,
    tone: toneOf(state),
    sentence: capitalised(verdictSentence(verdict)),
    below: html`<dl class="sides"><div><dt class="of incumbent">incumbent</dt><dd>${inline(id('url', incumbent.url))} <span class="quiet">${incumbent.about}</span></dd></div><div><dt class="of candidate">candidate</dt><dd>${inline(id('url', candidate.url))} <span class="quiet">${candidate.about}</span></dd></div></dl>`,
  })}
<ul class="facts">${factsOf(findings, verdict)}</ul>
<p class="next"><strong>Next:</strong> ${nextStep(verdict, context, data)}</p>`;
}

function factsOf({ cells }: Findings, { gates }: Verdict): readonly Html[] {
  const gated = gates.filter((gate) => gate.gated);
  const passed = gated.filter(({ state }) => state === 'pass').length;
  const fact = (value: readonly Html[] | string, label: string) =>
    html`<li><span class="value">${value}</span><span class="quiet">${label}</span></li>`;
  return [
    fact(`${passed} of ${gated.length}`, 'gates pass'),
    ...cells.flatMap(({ cell, k, quality, agreement, queries }) => {
      const recall = quality.find(
        ({ metric: { family, depth } }) => family === 'recall' && depth === k,
      );
      const both = agreement.find(({ pair }) => pair === 'A·B');
      return [
        ...(recall === undefined
          ? []
          : [
              fact(
                [
                  ...inline(metric(recall.incumbent.mean)),
                  html` → `,
                  ...inline(metric(recall.candidate.mean)),
                ],
                `recall@${k} of ${cell}`,
              ),
            ]),
        ...(both === undefined
          ? []
          : [
              fact(
                inline(share(queries === 0 ? null : both.identical / queries)),
                `identical lists, ${cell}`,
              ),
            ]),
      ];
    }),
  ];
}

function nextStep(
  { state, notVerified }: Verdict,
  { runId }: ReportContext,
  { cells }: PageData,
): Html {
  const run = `runs/${runId}`;
  const differing = cells.flatMap(({ queries }, cell) => {
    const at = queries.findIndex(isTelling);
    const query = queries[at];
    return query === undefined ? [] : [{ cell, at, query }];
  });
  const worst = differing.toSorted((a, b) => b.query.distance - a.query.distance)[0];
  const seen =
    worst === undefined
      ? NOTHING
      : html` <a id="worst" href="${queryLink(worst.cell, worst.at)}">See the query that differs most.</a>`;
  switch (state) {
    case 'pass':
    case 'informational':
      if (notVerified.some(({ type }) => type === 'efforts in use')) {
        return html`speed was compared at equal recall: compare both at the efforts in use (<code>bench retrieve</code> without <code>--equal-recall</code>) before you move traffic.${seen}`;
      }
      return html`keep this run as the baseline with <code>bench baseline add ${run}</code>, then move traffic in steps.${seen}`;
    case 'fail':
      return html`find out why with <code>bench explain ${run}</code>, fix it and run again.${seen}`;
    case 'inconclusive':
      return html`ask more queries, or judge by wider margins with <code>bench gate ${run} --gates.recall.margin=0.01</code>.${seen}`;
    case 'environment unfit':
      return html`look at the machine with <code>bench doctor</code>, then run again.${seen}`;
  }
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
