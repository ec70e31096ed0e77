import { gapLine } from '../../gate/gap-text.ts';
import { verdictSentence } from '../../gate/sentence.ts';
import type { Verdict } from '../../gate/verdict.ts';
import type { Findings } from '../../parity/findings.ts';
import { list, paragraph, section, verdictParagraph } from '../blocks.ts';
import type { DescribedBackend, ReportContext } from '../context.ts';
import type { Section, Span } from '../model.ts';
import { codeId, id, prose, sentence, setting, state, strong, text, things } from '../spans.ts';

/** The answer, what it says nothing about, and which run it is of. */
export function headerSection(
  findings: Findings,
  verdict: Verdict,
  context: ReportContext,
): Section {
  const { corpus } = findings;
  return section('run', null, [
    verdictParagraph([strong(state(verdict.state)), ': ', sentence(verdictSentence(verdict))]),
    ...(verdict.notVerified.length === 0
      ? []
      : [
          paragraph('Not verified:'),
          list(verdict.notVerified.map((gap) => sentence(gapLine(gap)))),
        ]),
    list([
      [
        ...prose`run ${codeId('run', context.runId)} of ${context.createdAt}, retrieval-parity ${context.toolVersion}`,
        context.swapped ? ', sides exchanged' : '',
        findings.complete ? '' : ', interrupted: what was measured until then',
      ],
      prose`corpus ${text(corpus.name)} (${codeId('hash', context.corpusHash.slice(0, 12))}): ${things(corpus.documents, 'document')}, ${things(corpus.queries, 'query', 'queries')}, ${things(corpus.needs, 'need')}; k = ${setting(findings.k)}`,
      ['incumbent ', ...backendOf(context.incumbent)],
      ['candidate ', ...backendOf(context.candidate)],
      prose`${context.machine}, Node ${context.node}`,
    ]),
  ]);
}

/** A backend by its address and what it says of itself. */
export function backendOf({ url, about }: DescribedBackend): readonly Span[] {
  return prose`${id('url', url)} (${text(about)})`;
}
