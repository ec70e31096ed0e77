import { adaptBytes, valueAt } from '../../wire/field-mapping.ts';
import type { ReplyPair } from '../record/raw-replies.ts';
import { alignedElements, type ListMatch } from './match/align.ts';
import { elementsAt } from './match/fields.ts';
import { holds } from './match/fit-operation.ts';
import type { Accepted } from './match/match-fields.ts';

/**
 * Share of held-out responses whose bytes the adapter turns into what the incumbent said: every mapped field of
 * the body, and of every element that both sides list.
 */
export function adapterAgreement(
  pairs: readonly ReplyPair[],
  heldOut: readonly boolean[],
  lists: readonly ListMatch[],
  mappings: readonly Accepted[],
): number | null {
  const test = pairs.filter((_, at) => heldOut[at] === true);
  if (mappings.length === 0 || test.length === 0) return null;
  const plain = mappings.filter(({ incumbentPath }) => !incumbentPath.includes('[]'));
  const right = test.filter(({ incumbent, candidate }) => {
    const bytes = new TextEncoder().encode(JSON.stringify(candidate.body));
    const adapted: unknown = JSON.parse(new TextDecoder().decode(adaptBytes(mappings, bytes)));
    return (
      plain.every((mapping) => isRight(mapping, incumbent.body, candidate.body, adapted)) &&
      lists.every((match) => listIsRight(match, mappings, incumbent.body, candidate.body, adapted))
    );
  });
  return right.length / test.length;
}

function listIsRight(
  match: ListMatch,
  mappings: readonly Accepted[],
  incumbent: unknown,
  candidate: unknown,
  adapted: unknown,
): boolean {
  const [ours, theirs] = [`${match.incumbentList}[].`, `${match.candidateList}[].`];
  const fields = mappings
    .filter(({ incumbentPath }) => incumbentPath.startsWith(ours))
    .map((mapping) => ({
      ...mapping,
      incumbentPath: mapping.incumbentPath.slice(ours.length),
      candidatePath: mapping.candidatePath.slice(theirs.length),
    }));
  if (fields.length === 0) return true;
  const source = valueAt(candidate, match.candidateList);
  const made = elementsAt(adapted, match.incumbentList);
  if (!Array.isArray(source) || made.length !== source.length) return source === undefined;
  return alignedElements(match, incumbent, candidate).every((element) => {
    // The adapter keeps the candidate's order.
    const at = source.indexOf(element.candidate);
    return fields.every((mapping) =>
      isRight(mapping, element.incumbent, element.candidate, made[at]),
    );
  });
}

function isRight(
  { incumbentPath, candidatePath, operation }: Accepted,
  incumbent: unknown,
  candidate: unknown,
  adapted: unknown,
): boolean {
  const wanted = valueAt(incumbent, incumbentPath);
  if (wanted === undefined) return true;
  return (
    valueAt(adapted, incumbentPath) !== undefined &&
    holds(operation, { incumbent: wanted, candidate: valueAt(candidate, candidatePath) })
  );
}
