import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import type {
  AttributionFinding,
  AttributionInput,
  RankedAnswer,
} from '../../src/attribution/types.ts';
import { PLANTED, plantedShapley, some, swapped } from './planted-faults.ts';
import {
  type PlantedSide,
  type PlantedWorld,
  plantedWorld,
  recorded,
  SOUND,
} from './planted-world.ts';

function attributed(world: PlantedWorld, change: Partial<PlantedSide>): AttributionFinding {
  return attribute(recorded(world, SOUND, { ...SOUND, ...change })).finding;
}

describe('one planted component', () => {
  for (const { name, component, plant } of PLANTED) {
    it(`${name}: φ of ${component} is the planted effect within .05, and at least 80% of the attributed share`, () => {
      const world = plantedWorld(3);
      const finding = attributed(world, plant(world));
      expect(finding.status, JSON.stringify(finding.measures)).toBe('explained');
      for (const measure of finding.measures) {
        if (measure.total < 0.005) continue;
        expect(measure.accepted, `${measure.measure} ${JSON.stringify(measure)}`).toBe(true);
        const top = measure.shares[0];
        expect(top?.component).toBe(component);
        expect(top?.share).toBeGreaterThanOrEqual(0.8);
        expect(Math.abs((top?.phi.mean ?? 0) - measure.total)).toBeLessThanOrEqual(0.05);
        expect(measure.repair).toEqual([component]);
        expect(measure.explained + measure.unexplained).toBeCloseTo(measure.total, 12);
      }
    });
  }
});

describe('a search that embeds otherwise, asked by more queries than are taken apart', () => {
  it('makes no document stale: what is off in the other answers is the question', () => {
    const world = plantedWorld(3, 120, 640);
    const input = recorded(world, SOUND, { ...SOUND, searchNoise: 0.6, takesVectors: true });
    const { finding, prepared } = attribute({ ...input, queries: input.queries.slice(0, 80) });
    expect(finding.status, JSON.stringify(finding.components)).toBe('explained');
    for (const { shares } of finding.measures) {
      expect(shares[0]?.component).toBe('query-embedder');
      expect(shares[0]?.share).toBeGreaterThanOrEqual(0.8);
    }
    expect(prepared.models[1].membership.stale.size).toBe(0);
  });
});

describe('two planted components', () => {
  const pairs: readonly (readonly [number, number])[] = [
    [0, 3],
    [0, 8],
    [3, 9],
    [5, 7],
    [1, 11],
    [12, 5],
  ];
  for (const [first, second] of pairs) {
    const one = PLANTED[first];
    const other = PLANTED[second];
    if (one === undefined || other === undefined) continue;
    it(`${one.name} and ${other.name}: each φ equals the Shapley value of the planted game within .05, both are in the repair set`, () => {
      const world = plantedWorld(4);
      const side = { ...SOUND, ...one.plant(world), ...other.plant(world) };
      const components = [one.component, other.component] as const;
      const finding = attribute(recorded(world, SOUND, side)).finding;
      const expected = plantedShapley(world, side, components);
      for (const measure of finding.measures) {
        expect(measure.accepted, `${measure.measure} ${JSON.stringify(measure.fidelity)}`).toBe(
          true,
        );
        for (const [at, component] of components.entries()) {
          const share = measure.shares.find((entry) => entry.component === component);
          const planted = expected.get(measure.measure)?.[at] ?? Number.NaN;
          expect(Math.abs((share?.phi.mean ?? 0) - planted)).toBeLessThanOrEqual(0.05);
          if (planted > 0.05) expect(measure.repair).toContain(component);
        }
      }
    });
  }
});

describe('swapping the sides', () => {
  for (const index of [0, 3, 6, 9, 12, 13, 15]) {
    const planted = PLANTED[index];
    if (planted === undefined) continue;
    it(`gives the same φ with ${planted.name}`, () => {
      const world = plantedWorld(6);
      const input = recorded(world, SOUND, {
        ...SOUND,
        missing: new Set(some(world, 20)),
        ...planted.plant(world),
      });
      const straight = attribute(input).finding;
      const back = attribute(swapped(input)).finding;
      expect(back.status).toBe(straight.status);
      for (const [at, measure] of straight.measures.entries()) {
        const other = back.measures[at];
        expect(other?.total).toBeCloseTo(measure.total, 12);
        for (const { component, phi } of measure.shares) {
          const same = other?.shares.find((entry) => entry.component === component);
          expect(same?.phi.mean).toBeCloseTo(phi.mean, 9);
        }
      }
    });
  }
});

describe('embeddings that were asked for twice', () => {
  it('are remarked on where they move, and not where they stand still', () => {
    const world = plantedWorld(7);
    const input = recorded(world, SOUND, { ...SOUND, missing: new Set(some(world, 12)) });
    const { incumbent, candidate } = input.sides;
    const moved = {
      ...candidate.queries,
      values: candidate.queries.values.map((value, at) => value + (at % 5 === 0 ? 0.1 : 0)),
    };
    const { remarks } = attribute({
      ...input,
      sides: {
        incumbent: { ...incumbent, again: incumbent.queries },
        candidate: { ...candidate, again: moved },
      },
    }).finding;
    expect(remarks).toEqual([
      expect.stringMatching(
        /^candidate: 80 of 80 texts are embedded otherwise .* cosine 0\.\d{6}\)$/,
      ),
    ]);
  });
});

describe('vectors that were recovered from scores', () => {
  it('are not held against the second embedding of the same texts', () => {
    const world = plantedWorld(7);
    const input = recorded(world, SOUND, { ...SOUND, searchNoise: 0.15, takesVectors: true });
    const { incumbent, candidate } = input.sides;
    const { components, remarks } = attribute({
      ...input,
      sides: {
        incumbent: { ...incumbent, again: incumbent.queries },
        candidate: { ...candidate, again: candidate.queries },
      },
    }).finding;
    expect(components[0]?.candidate).toContain('recovered from scores');
    expect(remarks.join(' ')).not.toContain('when they are asked again');
  });
});

describe('ids that the corpus does not hold', () => {
  const renamed = (every: number, rename: (id: string) => string): AttributionInput => {
    const world = plantedWorld(12);
    const input = recorded(world, SOUND, SOUND);
    const chosen = new Set(some(world, every));
    const asWritten = (answers: ReadonlyMap<string, RankedAnswer>): Map<string, RankedAnswer> =>
      new Map(
        [...answers].map(([id, answer]) => [
          id,
          {
            ...answer,
            keys: answer.keys.map((key) =>
              every === 1 || chosen.has(key)
                ? key.replace(
                    /^([^/]*)\/(.*)$/,
                    (_, name: string, own: string) => `${name}/${rename(own)}`,
                  )
                : key,
            ),
          },
        ]),
      );
    const { incumbent, candidate } = input.sides;
    return {
      ...input,
      sides: {
        incumbent,
        candidate: {
          ...candidate,
          answers: asWritten(candidate.answers),
          deep: asWritten(candidate.deep),
          census: asWritten(candidate.census),
        },
      },
    };
  };

  for (const [name, every, rename, told] of [
    ['all with a prefix', 1, (id: string) => `items:${id}`, 'has a prefix'],
    ['some with a suffix', 4, (id: string) => `${id}#0`, 'has a suffix'],
    ['in another case', 1, (id: string) => id.toUpperCase(), 'differs in case'],
    ['of another store', 1, (id: string) => `p${id.length}${[...id].reverse().join('')}`, 'first'],
  ] as const) {
    it(`${name}: nothing is told by copying them, and they are named`, () => {
      const { status, remarks } = attribute(renamed(every, rename)).finding;
      expect(status).toBe('unexplained');
      expect(remarks.join(' ')).toMatch(/candidate: \d+ ids of its answers are none of the corpus/);
      expect(remarks.join(' ')).toContain(told);
    });
  }
});

describe('what no component does', () => {
  it('a score boost by a hidden field is unexplained, and the boosted documents are remarked on', () => {
    const world = plantedWorld(8);
    const boosted = new Set(some(world, 8));
    const finding = attributed(world, { boost: (id) => (boosted.has(id) ? 0.3 : 0) });
    expect(finding.status, JSON.stringify(finding.components)).toBe('unexplained');
    expect(finding.measures.every(({ shares }) => shares.length === 0)).toBe(true);
    expect(finding.remarks.join(' ')).toContain('boost by a hidden field');
  });

  it('a boost that multiplies is unexplained too', () => {
    const world = plantedWorld(9);
    const boosted = new Set(some(world, 6));
    const input = recorded(world, SOUND, SOUND);
    const sides = input.sides;
    const multiplied = new Map(
      [...sides.candidate.deep].map(([id, answer]) => [id, times(answer, boosted)]),
    );
    const cut = new Map(
      [...multiplied].map(([id, answer]) => [
        id,
        { keys: answer.keys.slice(0, 10), scores: answer.scores.slice(0, 10), k: 10 },
      ]),
    );
    const candidate = { ...sides.candidate, answers: cut, deep: multiplied, census: new Map() };
    expect(attribute({ ...input, sides: { ...sides, candidate } }).finding.status).toBe(
      'unexplained',
    );
  });

  it('answers to other questions are unexplained', () => {
    const world = plantedWorld(10);
    const input = recorded(world, SOUND, SOUND);
    const ids = world.asked.map(({ id }) => id);
    const answers = new Map(
      ids.map((id, at) => [
        id,
        input.sides.candidate.answers.get(ids[(at + 10) % ids.length] ?? id) ?? {
          keys: [],
          scores: [],
          k: 10,
        },
      ]),
    );
    const candidate = { ...input.sides.candidate, answers, deep: new Map() };
    const finding = attribute({ ...input, sides: { ...input.sides, candidate } }).finding;
    expect(finding.status).toBe('unexplained');
  });

  it('equal sides leave nothing to explain', () => {
    expect(attributed(plantedWorld(11), {}).status).toBe('nothing to explain');
  });
});

describe('scores over the wire', () => {
  const forms: readonly (readonly [string, (cosine: number) => number])[] = [
    ['cosine', (value) => value],
    ['1 − cosine', (value) => 1 - value],
    ['(1 + cosine) / 2', (value) => (1 + value) / 2],
    ['3 · cosine + 0.7', (value) => 3 * value + 0.7],
    ['−1 · cosine + 0', (value) => -value],
  ];
  for (const [form, score] of forms) {
    it(`are recognised as ${form}, and move nothing`, () => {
      const finding = attributed(plantedWorld(12), { score });
      const metric = finding.components.find(({ component }) => component === 'metric');
      expect(metric?.candidate).toContain(form);
      expect(metric?.status).toBe('identical');
      expect(finding.status).toBe('nothing to explain');
    });
  }
});

function times(
  answer: { keys: readonly string[]; scores: readonly number[]; k: number },
  boosted: ReadonlySet<string>,
) {
  const rows = answer.keys
    .map((key, at) => ({ key, score: (answer.scores[at] ?? 0) * (boosted.has(key) ? 1.6 : 1) }))
    .sort((a, b) => b.score - a.score);
  return {
    keys: rows.map(({ key }) => key),
    scores: rows.map(({ score }) => score),
    k: answer.k,
  };
}
