import type { ReplyGroup, ReplyPair } from '../record/raw-replies.ts';
import { type DiscoveredPart, discoverPart } from './discover-part.ts';
import { isAnswer } from './group-replies.ts';
import { isHeldOut } from './match/held-out.ts';
import { envelopeRows } from './rows/envelope.ts';
import { headersOf, IGNORED_HEADERS } from './rows/headers.ts';
import type { DriftDiscovery, DriftRow } from './types.ts';
import { adapterAgreement } from './verify-adapter.ts';

/**
 * Finds which field of the candidate's responses holds what a field of the incumbent's holds, and by which
 * operation, from the values alone; names decide between equals. Two fifths of the pairs are held out, and a
 * mapping that they do not bear out is not accepted. Beside the bodies: status codes, media types, headers, and
 * what differs still after each side's own dialect has read the response.
 *
 * @param ignoredHeaders names in lower case that are left out, beside those that say nothing of a backend
 */
export function discoverDrift(
  group: ReplyGroup,
  ignoredHeaders: readonly string[] = [],
): DriftDiscovery {
  const { endpoint, scenario } = group;
  // The body of an answer and that of an error have nothing to do with each other: the status has been told.
  const pairs = group.pairs.filter((pair) => isAnswer(pair.incumbent) === isAnswer(pair.candidate));
  const alike = { ...group, pairs };
  const body = discoverPart(alike, (reply) => reply.body);
  const ignored = new Set([...IGNORED_HEADERS, ...ignoredHeaders]);
  const headers = discoverPart(alike, (reply) => headersOf(reply, ignored));
  const { mappings } = body;
  return {
    endpoint,
    scenario,
    rows: [
      ...envelopeRows(group),
      ...beside('(header)', headers).map(
        // A header that is lost means something to some readers; the answer is there without it.
        (row): DriftRow => ({
          ...row,
          severity: row.severity === 'breaking' ? 'meaning' : row.severity,
          lossy: false,
        }),
      ),
      ...body.rows,
      ...readRows(group),
    ],
    mappings: mappings.map(({ incumbentPath, candidatePath, operation, lossy }) => ({
      incumbentPath,
      candidatePath,
      operation,
      lossy,
    })),
    volatile: body.volatile,
    adapterAgreement: adapterAgreement(
      pairs,
      pairs.map((_, at) => isHeldOut(at)),
      body.lists,
      mappings,
    ),
    pairs: group.pairs.length,
  };
}

/** What differs after each side's own dialect has read the response: what its mapping does not make alike. */
function readRows(group: ReplyGroup): DriftRow[] {
  const readingOf = ({ reading }: ReplyPair['incumbent']): unknown =>
    reading.outcome === 'read' ? reading.value : undefined;
  const pairs = group.pairs.filter((pair) =>
    [pair.incumbent, pair.incumbentAgain, pair.candidate, pair.candidateAgain].every(
      ({ reading }) => reading.outcome === 'read',
    ),
  );
  return pairs.length === 0 ? [] : beside('(read)', discoverPart({ ...group, pairs }, readingOf));
}

function beside(what: string, { rows }: DiscoveredPart): DriftRow[] {
  const named = (path: string | null): string | null => (path === null ? null : `${what} ${path}`);
  return rows.map((row) => ({
    ...row,
    incumbentPath: named(row.incumbentPath),
    candidatePath: named(row.candidatePath),
  }));
}
