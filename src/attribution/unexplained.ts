import { wordsIn } from './fit/words.ts';
import type { Prepared } from './identify/prepare.ts';
import { describePattern, patternOf } from './pattern.ts';
import { replay, wholly } from './replay/replay.ts';
import { answerRows } from './replay/world.ts';

/** Distance of an answer from its replay from which a query is one that nothing explains. */
const OFF = 0.05;

/** What the queries have in common whose answers the replay of the worse side does not give; empty without a pattern. */
export function unexplainedPattern({
  context,
  models,
  input,
  distances,
  world,
}: Prepared): string[] {
  const distance = distances.get('1 − RBO');
  if (distance === undefined) return [];
  const off = (side: 0 | 1): Set<number> =>
    new Set(
      context.queries.flatMap(({ id }, query) => {
        const answers = input.sides[side === 0 ? 'incumbent' : 'candidate'].answers.get(id);
        const made = replay({ context, models, choice: wholly(side), query, depth: context.k });
        return distance(query, answerRows(world, answers), made) > OFF ? [query] : [];
      }),
    );
  const [incumbent, candidate] = [off(0), off(1)];
  const [affected, name] =
    incumbent.size > candidate.size ? [incumbent, 'incumbent'] : [candidate, 'candidate'];
  const words = new Set(
    input.collections.flatMap(({ documents }) => documents.flatMap(({ text }) => wordsIn(text))),
  );
  const pattern = patternOf(context.queries, affected, words);
  return pattern === null ? [] : [`${name}: ${describePattern(pattern)}`];
}
