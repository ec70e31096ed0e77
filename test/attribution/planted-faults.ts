import { distancesAt } from '../../src/attribution/replay/distance.ts';
import type { AttributionInput, Component } from '../../src/attribution/types.ts';
import { shapley } from '../../src/attribution/value/shapley.ts';
import { PARTS, type PlantedSide, type PlantedWorld, recorded, SOUND } from './planted-world.ts';

/** Every so many-th document of a world. */
export const some = (world: PlantedWorld, every: number): string[] =>
  world.documents.ids.filter((_, at) => at % every === 1);

function stale(world: PlantedWorld, every: number): Map<string, string> {
  const chosen = some(world, every);
  return new Map(chosen.map((key, at) => [key, world.documents.ids[(at * 7 + 3) % 120] ?? key]));
}

/** What is planted on the candidate, by the component that it belongs to. */
export const PLANTED: readonly {
  readonly name: string;
  readonly component: Component;
  readonly plant: (world: PlantedWorld) => Partial<PlantedSide>;
}[] = [
  {
    name: 'dropped documents',
    component: 'membership',
    plant: (world) => ({ missing: new Set(some(world, 12)) }),
  },
  {
    name: 'stale vectors',
    component: 'membership',
    plant: (world) => ({ stale: stale(world, 10) }),
  },
  {
    name: 'extra documents',
    component: 'membership',
    plant: (world) => ({
      extra: some(world, 15).map((of) => ({ id: `${of.split('/')[0]}/x-${of}`, of })),
    }),
  },
  { name: 'dot for cosine', component: 'metric', plant: () => ({ metric: 'dot' }) },
  { name: 'euclidean for cosine', component: 'metric', plant: () => ({ metric: 'euclidean' }) },
  { name: 'an ignored filter', component: 'filter', plant: () => ({ filter: 'ignored' }) },
  { name: 'a filter after ranking', component: 'filter', plant: () => ({ filter: 'post' }) },
  {
    name: 'a small cut before the merge',
    component: 'fusion',
    plant: () => ({ perCollection: 3 }),
  },
  { name: 'reversed answers', component: 'order', plant: () => ({ reversed: true }) },
  { name: 'truncated answers', component: 'truncation', plant: () => ({ rows: 6 }) },
  { name: 'answers that start at rank 2', component: 'truncation', plant: () => ({ offset: 1 }) },
  {
    name: 'another query embedder',
    component: 'query-embedder',
    plant: () => ({ queryNoise: 0.15 }),
  },
  {
    name: 'other document vectors',
    component: 'document-vectors',
    plant: () => ({ documentNoise: 0.15 }),
  },
  {
    name: 'a search that embeds queries otherwise than the embed route',
    component: 'query-embedder',
    plant: () => ({ searchNoise: 0.15, takesVectors: true }),
  },
  {
    name: 'an index that holds int8 vectors',
    component: 'document-vectors',
    plant: () => ({ precision: 'int8' }),
  },
  { name: 'an index that loses rows', component: 'index', plant: () => ({ lost: 0.1 }) },
];

/** The same record with the sides in each other's place. */
export function swapped(input: AttributionInput): AttributionInput {
  const { incumbent, candidate } = input.sides;
  return { ...input, sides: { incumbent: candidate, candidate: incumbent } };
}

/** The Shapley values of the planted parts, from answers that the planted world itself gives. */
export function plantedShapley(
  world: PlantedWorld,
  side: PlantedSide,
  components: readonly Component[],
): Map<string, number[]> {
  const answersOf = (set: number): string[][] => {
    const mixed: Record<string, unknown> = { ...SOUND };
    for (const [bit, component] of components.entries()) {
      if ((set & (1 << bit)) === 0) continue;
      for (const part of PARTS[component as keyof typeof PARTS]) mixed[part] = side[part];
    }
    const input = recorded(world, SOUND, mixed as unknown as PlantedSide);
    return world.asked.map(({ id }) => [...(input.sides.candidate.answers.get(id)?.keys ?? [])]);
  };
  const sets = Array.from({ length: 2 ** components.length }, (_, set) => set);
  const whole = sets.length - 1;
  const lists = sets.map(answersOf);
  const number = new Map<string, number>();
  const rows = (keys: readonly string[] | undefined): number[] =>
    (keys ?? []).map((key) => {
      const known = number.get(key) ?? number.size;
      number.set(key, known);
      return known;
    });
  return new Map(
    [...distancesAt(world.k)].map(([measure, distance]) => {
      const mean = (a: number, b: number): number =>
        world.asked.reduce(
          (sum, _, at) => sum + distance(rows(lists[a]?.[at]), rows(lists[b]?.[at])),
          0,
        ) / world.asked.length;
      const values = sets.map((set) => (mean(0, set) + mean(0, whole) - mean(set, whole)) / 2);
      return [measure, shapley(values, components.length)];
    }),
  );
}
