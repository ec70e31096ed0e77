import type { Verdict } from '../../gate/verdict.ts';
import type { Findings } from '../../parity/findings.ts';
import type { ReportContext } from '../context.ts';
import { blocksHtml, inline, sectionHtml } from '../html/blocks.ts';
import { type Chapter, pageHtml } from '../html/shell.ts';
import { type Html, html, NOTHING } from '../html/tag.ts';
import type { ReportDocument, Section } from '../model.ts';
import { causesPart, embeddingPart } from './causes-part.ts';
import { censusPart } from './census-part.ts';
import { gatesPart } from './gates-part.ts';
import type { PageData } from './page-data.ts';
import { qualityPart } from './quality-part.ts';
import { queriesPart } from './queries-part.ts';
import { queryData } from './query-data.ts';
import { speedPart } from './speed-part.ts';
import { verdictPart } from './verdict-part.ts';
import { wirePart } from './wire-part.ts';

/** What the page of a run of the main job is made from. */
export interface RetrievePage {
  readonly findings: Findings;
  readonly verdict: Verdict;
  readonly context: ReportContext;
  /** The same as tables, which stand behind the pictures. */
  readonly report: ReportDocument;
  readonly data: PageData;
}

/** The page of a run of the main job: one file, the same bytes for the same run. */
export function retrievePage({ findings, verdict, context, report, data }: RetrievePage): string {
  const left = new Map(report.sections.map((section) => [section.id, section]));
  const run = `runs/${context.runId}`;
  /** Some sections; each stands in one chapter. */
  const taken = (ids: readonly string[]): readonly Section[] =>
    ids.flatMap((id) => {
      const section = left.get(id);
      left.delete(id);
      return section === undefined ? [] : [section];
    });
  const tables = (ids: readonly string[]): readonly Html[] => taken(ids).map(folded);
  const ofCells = (...names: readonly string[]): readonly string[] =>
    findings.cells.flatMap(({ cell }) => names.map((name) => `${name}-${cell}`));
  const chapter = (
    id: string,
    title: string,
    command: string,
    ...parts: readonly (Html | readonly Html[])[]
  ): Chapter => ({
    id,
    title,
    body: html`${parts}<p class="command">Every number again: <code>${command}</code></p>`,
  });
  const [header] = taken(['run']);
  const chapters = [
    chapter('gates', 'Gates', `bench gate ${run}`, gatesPart(verdict), tables(['gates'])),
    ...taken(['equal-recall']).map((section) =>
      chapter(
        'equal-recall',
        'Equal recall',
        `bench rescore ${run}`,
        sectionHtml({ ...section, heading: null }),
      ),
    ),
    chapter(
      'quality',
      'Quality',
      `bench rescore ${run}`,
      findings.cells.map(qualityPart),
      tables(ofCells('quality', 'slices', 'agreement')),
    ),
    { id: 'queries', title: 'Queries', body: queriesPart(data, context.runId) },
    chapter(
      'causes',
      'Causes',
      `bench explain ${run}`,
      causesPart(findings),
      tables(ofCells('attribution', 'components', 'evidence')),
    ),
    chapter(
      'embeddings',
      'Embeddings',
      `bench rescore ${run}`,
      embeddingPart(data.embeddingDistances),
      tables(['embedding']),
    ),
    { id: 'wire', title: 'Wire', body: wirePart(findings, context) },
    chapter(
      'contract',
      'Census and contract',
      `bench rescore ${run}`,
      censusPart(findings),
      tables(['census', 'violations', 'failures']),
    ),
    chapter(
      'speed',
      'Speed',
      `bench rescore ${run}`,
      speedPart(findings, data),
      tables(['latency', 'throughput']),
    ),
    chapter(
      'environment',
      'Truth and environment',
      `bench rescore ${run}`,
      header === undefined ? NOTHING : html`${blocksHtml(header.blocks.slice(-1))}`,
      tables([...left.keys()]),
    ),
  ];
  return pageHtml({
    title: `${verdict.state}: ${findings.corpus.name}, ${context.runId}`,
    head: verdictPart(findings, verdict, context, data),
    chapters,
    data: queryData(data),
  });
}

/** A section whose table is shown on demand. */
function folded(section: Section): Html {
  const { id, heading, blocks } = section;
  const tables = blocks.filter(({ kind }) => kind === 'table');
  if (heading === null || tables.length === 0) return sectionHtml(section);
  return html`<details class="data"><summary>${inline(heading)}</summary>${sectionHtml({ id, heading: null, blocks })}</details>`;
}
