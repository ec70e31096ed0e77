import type { Side } from '../record/types.ts';
import type { SpaceRelation } from './identify/spaces.ts';
import type { AttributionInput } from './types.ts';

/**
 * What the sides declare, held against the vectors they give: a clause for each contradiction, and for
 * models that are declared to differ. Nothing is identified from it; what a side does decides.
 *
 * @param relation of the vectors of both embed routes; null where others stand for them
 */
export function declaredRemarks(
  { sides }: AttributionInput,
  relation: { readonly queries: SpaceRelation; readonly documents: SpaceRelation } | null,
): string[] {
  const remarks: string[] = [];
  for (const name of ['incumbent', 'candidate'] as const satisfies readonly Side[]) {
    const { declared, queries, documents } = sides[name];
    const { dimension } = queries.ids.length > 0 ? queries : documents;
    if (declared?.dimension == null || dimension === 0) continue;
    if (declared.dimension === dimension) continue;
    remarks.push(
      `${name}: declares ${declared.dimension} dimensions, its vectors have ${dimension}`,
    );
  }
  const models = [sides.incumbent.declared?.model, sides.candidate.declared?.model];
  const [one, other] = models;
  if (one == null || other == null) return remarks;
  const spaces = relation === null ? [] : [relation.queries, relation.documents];
  const texts = spaces.reduce((sum, space) => sum + space.texts, 0);
  const differing = spaces.reduce((sum, space) => sum + space.differing, 0);
  const same = spaces.every((space) => space.same);
  if (one !== other) {
    remarks.push(
      same && texts > 0
        ? `the sides declare different models (${one}, ${other}), but the vectors of ${texts === 1 ? 'the one text' : `all ${texts} texts`} have the same direction: the names differ, the embeddings do not`
        : `the sides declare different models: ${one}, ${other}`,
    );
  } else if (!same && texts > 0) {
    const moved =
      differing > 0
        ? `${differing} of ${texts} texts have vectors of another direction`
        : 'their vectors have different dimensions';
    remarks.push(
      `both sides declare the model ${one}, but ${moved}: one of them embeds otherwise than that name says`,
    );
  }
  return remarks;
}
