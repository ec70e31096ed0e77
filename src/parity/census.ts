import type { DocumentIndex } from '../corpus/document-index.ts';
import { type DocumentKey, partsOf, storedKey } from '../corpus/document-key.ts';
import { TIE_EPSILON } from '../metrics/ranking/tie-aware-recall.ts';
import { otherSide, sideOfArm } from '../record/side-of-arm.ts';
import type { Observation, Side } from '../record/types.ts';
import type { TruthLookup } from '../truth/types.ts';
import type { CensusFinding } from './findings.ts';

/** What became of one document in the answers to its own text: the best that any of them shows. */
interface DocumentAsks {
  asks: number;
  answered: number;
  /** In the top tie group of an answer. */
  isFirst: boolean;
  /** Somewhere in an answer. */
  isListed: boolean;
}

/**
 * Checks, for every document asked by its own text, that it stands in the top tie group of an answer of each side:
 * no document before it may be strictly nearer to the text than it is itself. A document that was asked several
 * times is found if one answer shows it. A document without a defined truth (blank text, zero vector) is left out.
 */
export function membershipCensus(
  observations: readonly Observation[],
  index: DocumentIndex,
  truth: TruthLookup,
): CensusFinding[] {
  return (['incumbent', 'candidate'] as const).map((side) => {
    const rows = observations.filter((row) => sideOfArm(row.arm) === side);
    const documents = asksByDocument(rows, index, truth);
    const returned = returnedKeys(rows, index);
    const judged = [...documents].filter(([key]) => truth.list(key) !== null);
    const lost = judged.filter(([, { answered, isFirst }]) => answered > 0 && !isFirst);
    const unanswered = judged.filter(([, { answered }]) => answered === 0);
    const named = (wanted: (key: string, asks: DocumentAsks) => boolean): string[] =>
      lost
        .filter(([key, asks]) => wanted(key, asks))
        .map(([key]) => key)
        .sort(byNumberInName);
    return {
      side,
      asked: documents.size,
      documents: index.size,
      failed: unanswered.length,
      ...(unanswered.length === 0 ? {} : { unanswered: unanswered.map(([key]) => key) }),
      asks: Math.max(0, ...[...documents.values()].map(({ asks }) => asks)),
      undefinedCount: documents.size - judged.length,
      missing: named((key, { isListed }) => !isListed && !returned.has(key)),
      elsewhere: named((key, { isListed }) => !isListed && returned.has(key)),
      displaced: named((_key, { isListed }) => isListed),
    };
  });
}

function asksByDocument(
  rows: readonly Observation[],
  index: DocumentIndex,
  truth: TruthLookup,
): Map<DocumentKey, DocumentAsks> {
  const documents = new Map<DocumentKey, DocumentAsks>();
  for (const row of rows) {
    if (row.phase !== 'census') continue;
    const key = storedKey(row.queryId);
    const entry = documents.get(key) ?? { asks: 0, answered: 0, isFirst: false, isListed: false };
    documents.set(key, entry);
    entry.asks += 1;
    if (row.outcome !== 'ok') continue;
    entry.answered += 1;
    const rank = index.placesOf(row, [partsOf(key).collection]).indexOf(key);
    const group = topGroupSize(key, truth);
    if (rank !== -1) entry.isListed = true;
    // With more equal texts than rows, the document may be absent without being lost.
    if (rank === -1 ? group > row.k : rank < group) entry.isFirst = true;
  }
  return documents;
}

/** Every document that a side returned to any question. */
function returnedKeys(rows: readonly Observation[], index: DocumentIndex): Set<string> {
  const returned = new Set<string>();
  for (const row of rows) {
    const asked = row.phase === 'census' ? [partsOf(storedKey(row.queryId)).collection] : [];
    for (const key of index.placesOf(row, asked)) returned.add(key);
  }
  return returned;
}

function topGroupSize(key: DocumentKey, truth: TruthLookup): number {
  const list = truth.list(key);
  const best = list?.scores[0];
  if (list === null || best === undefined) return 1;
  return list.scores.filter((score) => score >= best - TIE_EPSILON).length;
}

/** Every document that a side did not find by its own text, whatever the name of the loss. */
export function lostDocuments(finding: CensusFinding): string[] {
  return [...finding.missing, ...finding.elsewhere, ...finding.displaced];
}

/** Whether a document is no answer to its own text: one that other questions return is then not lost. */
interface OwnText {
  readonly excludeSelf?: true;
}

/**
 * Documents that the incumbent finds by their own text and the candidate does not: what both sides lose is no loss
 * of the candidate, and an engine that cannot reach a document may be on either side. Whether the incumbent finds one
 * that it never answered for is unknown.
 */
export function lostByCandidateAlone(
  census: readonly CensusFinding[],
  own: OwnText = {},
): string[] {
  return lostAlone(census, 'candidate', own);
}

/**
 * The same of either side, of the documents that stand in the answers to their own text, behind another that is
 * farther. Here both sides may lose as many, each other documents, by chance of their order (a cache that is asked in
 * another order).
 */
export function displacedAlone(
  census: readonly CensusFinding[],
  side: Side,
  own: OwnText = {},
): string[] {
  const displaced = new Set(
    census.flatMap((finding) => (finding.side === side ? finding.displaced : [])),
  );
  return lostAlone(census, side, own).filter((key) => displaced.has(key));
}

function lostAlone(census: readonly CensusFinding[], side: Side, own: OwnText): string[] {
  const other = otherSide(side);
  const excused = new Set([...lostBy(census, other, own), ...unansweredBy(census, other)]);
  return lostBy(census, side, own).filter((key) => !excused.has(key));
}

/** Documents that the candidate does not find, and that the incumbent never answered for. */
export function lostWithoutComparison(
  census: readonly CensusFinding[],
  own: OwnText = {},
): string[] {
  const unknown = new Set(unansweredBy(census, 'incumbent'));
  return lostBy(census, 'candidate', own).filter((key) => unknown.has(key));
}

function lostBy(
  census: readonly CensusFinding[],
  side: Side,
  { excludeSelf }: OwnText,
): readonly string[] {
  return census.flatMap((finding) =>
    finding.side === side ? (excludeSelf === true ? finding.missing : lostDocuments(finding)) : [],
  );
}

function unansweredBy(census: readonly CensusFinding[], side: Side): readonly string[] {
  return census.flatMap((finding) => (finding.side === side ? (finding.unanswered ?? []) : []));
}

/** `w-9` before `w-10`: examples are read by people. */
function byNumberInName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
