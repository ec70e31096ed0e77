import type { Findings, KeysFinding, StoredVectorsFinding } from '../../../parity/findings.ts';
import { key, left, paragraph, right, row, tableSection } from '../../blocks.ts';
import type { Content, Section } from '../../model.ts';
import { count, id, joined, metric, prose, ratio, setting, text } from '../../spans.ts';

const SHOWN = 10;

/** What the stores list, and how their vectors differ; empty where nothing was listed. */
export function listingSections({ listing }: Pick<Findings, 'listing'>): Section[] {
  if (listing === undefined) return [];
  const sides = ['incumbent', 'candidate'] as const;
  const vectors = [
    ['incumbent against the texts', listing.incumbent.againstEmbeddings],
    ['candidate against the texts', listing.candidate.againstEmbeddings],
    ['candidate against incumbent', listing.between],
  ] as const;
  return [
    tableSection('listing', 'What the stores list', {
      columns: [
        key(left('side')),
        left('listing'),
        right('documents'),
        right('missing'),
        right('missing here alone'),
        right('not of the corpus'),
        right('listed twice'),
        left('missing ids'),
      ],
      rows: sides.map((side) => {
        const { state, detail, documents, missing, missingAlone, extra, repeated } = listing[side];
        return row(
          [side],
          [
            side,
            detail === null ? state : prose`${state}: ${text(detail)}`,
            count(documents),
            count(missing.count),
            count(missingAlone.count),
            count(extra.count),
            count(repeated),
            examples(missing),
          ],
        );
      }),
    }),
    tableSection('stored-vectors', 'Stored vectors, row by row', {
      columns: [
        key(left('what')),
        right('compared'),
        right('least cosine'),
        right('median cosine'),
        right('median length ratio', 'norm-ratio'),
        right('cosine below .99', 'differing'),
        left('ids'),
      ],
      rows: vectors.flatMap(([what, finding]) =>
        finding === null ? [] : [row([what], vectorCells(what, finding))],
      ),
      notes: [
        paragraph(
          'Against the texts: what the store holds, and what the side’s embedder gives for the same documents now. Single rows that differ while most are alike are of another text or another time; where most differ, the store has another model or a coarse quantisation. A store that keeps unit vectors changes lengths and no direction.',
        ),
      ],
    }),
  ];
}

function vectorCells(what: string, finding: StoredVectorsFinding): Content[] {
  return [
    what,
    count(finding.compared),
    metric(finding.cosineMin, 6),
    metric(finding.cosineMedian, 6),
    ratio(finding.normRatioMedian),
    count(finding.differing.count),
    examples(finding.differing),
  ];
}

function examples({ count: total, named }: KeysFinding): Content {
  const shown = named.slice(0, SHOWN).map((name) => id('document', name));
  const more = total - shown.length;
  return joined(more === 0 ? shown : [...shown, prose`… (${setting(more)} more)`]);
}
