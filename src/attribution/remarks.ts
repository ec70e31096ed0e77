import { describeGuess } from '../corpus/id-guess.ts';
import { counted } from '../counted.ts';
import type { Side, VectorTable } from '../record/types.ts';
import { declaredRemarks } from './declared.ts';
import type { Prepared } from './identify/prepare.ts';
import type { ForeignIds } from './identify/rows/foreign.ts';
import { cosine } from './replay/vectors.ts';
import type { AttributionInput } from './types.ts';

/** What was noticed and is in no component, a clause each. */
export function remarksOf({
  sides,
  world,
  context,
  given,
  input,
  relation,
  hidden,
  shifted,
}: Prepared): string[] {
  const names = ['incumbent', 'candidate'] as const;
  const remarks = sides.flatMap((side, at) => {
    const name = names[at] ?? 'candidate';
    const found: string[] = side.foreign === null ? [] : [foreignRemark(name, side.foreign)];
    if (side.offset.length > 0) {
      const shown = side.offset
        .slice(0, 3)
        .map((row) => world.keys[row])
        .join(', ');
      found.push(
        `${name}: ${counted(side.offset.length, 'document scores', 'documents score')} a constant or a factor beside their vector's score (${shown}), as a boost by a hidden field would`,
      );
    }
    if (shifted[at] === true) {
      const what =
        hidden[at] != null
          ? 'its queries'
          : input.sides[name].byVector.size > 0
            ? 'its documents'
            : 'its queries or its documents';
      found.push(shiftRemark(name, what));
    }
    if (!side.model.metric.accepted) {
      found.push(`${name}: no metric gives its scores; index omissions cannot be verified`);
    } else if (side.fitting.fit < side.fitting.of) {
      found.push(
        `${name}: ${side.fitting.of - side.fitting.fit} of ${side.fitting.of} scores are not those of the metric`,
      );
    }
    if (side.unverifiedOmissions > 0) {
      found.push(
        `${name}: ${counted(side.unverifiedOmissions, 'row')} left out of answers could not be shown to be in its index`,
      );
    }
    return found;
  });
  for (const name of names) {
    const { byVector, deep } = input.sides[name];
    if (byVector.size === 0) continue;
    const differ = context.queries.filter(({ id }) => {
      const one = deep.get(id)?.keys.slice(0, context.k).join(' ');
      const other = byVector.get(id)?.keys.slice(0, context.k).join(' ');
      return one !== undefined && other !== undefined && one !== other;
    }).length;
    if (differ > 0.05 * context.queries.length) {
      remarks.push(
        `${name}: ${counted(differ, 'query is', 'queries are')} answered otherwise by text than by the vector that its embed route gives for it`,
      );
    }
  }
  for (const name of names) remarks.push(...unsteadyEmbeddings(given, name));
  const asEmbedded = hidden.every((queries) => queries === null);
  remarks.push(...declaredRemarks(input, asEmbedded ? relation : null));
  return remarks;
}

/** Scores that are near those of the vectors, and off as a whole. */
function shiftRemark(name: Side, what: string): string {
  return `${name}: the scores of one answer are off together, as where ${what} are embedded otherwise than by its embed route (with a prefix, or by another version of the model)`;
}

/** Ids that are none of the corpus's, which are a matter of the contract and of no component. */
function foreignRemark(name: Side, { ids, example, guess }: ForeignIds): string {
  const how = guess === null ? `${example} first` : describeGuess(guess);
  return `${name}: ${counted(ids, 'id of its answers is', 'ids of its answers are')} none of the corpus: ${how}; nothing is explained by them`;
}

/** Cosine below which two embeddings of one text are not the same. */
const STEADY = 1 - 1e-6;

/** Texts that a side embeds otherwise when it is asked again: what moves of itself explains no difference. */
function unsteadyEmbeddings({ sides }: AttributionInput, name: Side): string[] {
  const { again, queries, documents } = sides[name];
  if (again === undefined) return [];
  const before = [queries, documents].map(vectorLookup);
  const after = vectorLookup(again);
  const cosines = again.ids.flatMap((id) => {
    const [first] = before.flatMap((lookup) => lookup(id) ?? []);
    const second = after(id);
    return first === undefined || second === undefined ? [] : [cosine(first, second)];
  });
  const moved = cosines.filter((value) => !(value >= STEADY));
  if (moved.length === 0) return [];
  const least = Math.min(...moved).toFixed(6);
  return [
    `${name}: ${moved.length} of ${cosines.length} texts are embedded otherwise when they are asked again (least cosine ${least})`,
  ];
}

function vectorLookup({
  ids,
  dimension,
  values,
}: VectorTable): (id: string) => Float32Array | undefined {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  return (id) => {
    const row = rowOf.get(id);
    return row === undefined ? undefined : values.subarray(row * dimension, (row + 1) * dimension);
  };
}
