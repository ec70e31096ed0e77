import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import type { Declared } from '../../src/attribution/types.ts';
import { PLANTED } from './planted-faults.ts';
import { type PlantedSide, plantedWorld, recorded, SOUND } from './planted-world.ts';

const DIMENSION = plantedWorld(3).queries.dimension;
const said = (model: string | null, dimension: number | null = DIMENSION): Declared => ({
  model,
  dimension,
});

/** What is remarked on declarations, with another candidate beside a sound incumbent. */
function remarks(side: Partial<PlantedSide>, incumbent: Declared, candidate: Declared): string[] {
  const world = plantedWorld(3);
  const input = recorded(world, SOUND, { ...SOUND, ...side });
  const { sides } = input;
  const { finding } = attribute({
    ...input,
    sides: {
      incumbent: { ...sides.incumbent, declared: incumbent },
      candidate: { ...sides.candidate, declared: candidate },
    },
  });
  return finding.remarks.filter((remark) => /declare/.test(remark));
}

function planted(name: string): Partial<PlantedSide> {
  const world = plantedWorld(3);
  const fault = PLANTED.find((one) => one.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault.plant(world);
}

describe('what the sides declare of themselves', () => {
  it('goes without a remark where it agrees with what they do, or is not known', () => {
    expect(remarks(planted('dropped documents'), said('m'), said('m'))).toEqual([]);
    expect(remarks(planted('another query embedder'), said(null), said('m'))).toEqual([]);
    expect(remarks(planted('dropped documents'), said(null, null), said(null, null))).toEqual([]);
  });

  it('is contradicted by other vectors under one model name', () => {
    const [remark, ...others] = remarks(planted('another query embedder'), said('m'), said('m'));
    expect(remark).toMatch(/^both sides declare the model m, but \d+ of \d+ texts have vectors/);
    expect(others).toEqual([]);
  });

  it('tells apart models that differ from names that differ', () => {
    expect(remarks(planted('another query embedder'), said('m'), said('n'))).toEqual([
      'the sides declare different models: m, n',
    ]);
    expect(remarks(planted('dropped documents'), said('m'), said('n'))[0]).toMatch(
      /different models \(m, n\), but the vectors of all \d+ texts have the same direction/,
    );
  });

  it('says nothing of vectors that no embed route gave', () => {
    const hidden = planted('a search that embeds queries otherwise than the embed route');
    expect(remarks(hidden, said('m'), said('m'))).toEqual([]);
  });

  it('is contradicted by vectors of another dimension', () => {
    expect(remarks(planted('dropped documents'), said('m', 7), said('m'))).toEqual([
      `incumbent: declares 7 dimensions, its vectors have ${DIMENSION}`,
    ]);
  });
});
