import { verdictSentence } from '../gate/sentence.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { Findings } from '../parity/findings.ts';
import { reportOf } from './blocks.ts';
import type { ReportContext } from './context.ts';
import type { ReportDocument } from './model.ts';
import { agreementSection } from './sections/agreement.ts';
import { attributionSections } from './sections/attribution.ts';
import { countsSections } from './sections/counts.ts';
import { embeddingSection } from './sections/embedding.ts';
import { equalRecallSections } from './sections/equal-recall.ts';
import { gatesSection } from './sections/gates.ts';
import { headerSection } from './sections/header.ts';
import { qualitySection } from './sections/quality.ts';
import { referenceSection } from './sections/reference.ts';
import { slicesSection, strataSections } from './sections/slices.ts';
import { speedSections } from './sections/speed.ts';
import { buildsSections } from './sections/stores/builds.ts';
import { listingSections } from './sections/stores/listing.ts';
import { sentence, toneOf } from './spans.ts';

/** The report of the main job: the same findings and verdict give the same document. */
export function retrieveReport(
  findings: Findings,
  verdict: Verdict,
  context: ReportContext,
): ReportDocument {
  return reportOf(
    [
      headerSection(findings, verdict, context),
      gatesSection(verdict),
      ...equalRecallSections(findings),
      embeddingSection(findings),
      ...findings.cells.flatMap((cell) => [
        qualitySection(cell),
        agreementSection(cell),
        slicesSection(cell),
        ...strataSections(cell),
      ]),
      ...attributionSections(findings),
      ...speedSections(findings),
      referenceSection(findings),
      ...buildsSections(findings),
      ...listingSections(findings),
      ...countsSections(findings),
    ],
    {
      title: 'Retrieval parity',
      verdict: {
        state: verdict.state,
        tone: toneOf(verdict.state),
        sentence: sentence(verdictSentence(verdict)),
      },
    },
  );
}
