import { describe, expect, it } from 'vitest';
import { adaptedDialect } from '../../src/wire/adapted-dialect.ts';
import { NO_HANDLES } from '../../src/wire/dialect.ts';
import type { FieldMapping } from '../../src/wire/field-mapping.ts';
import { goLakehouse } from '../../src/wire/lakehouse/go-lakehouse.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';

const identity = { kind: 'identity' } as const;
const embed: readonly FieldMapping[] = [
  {
    incumbentPath: 'embeddings',
    candidatePath: 'vectors',
    operation: { kind: 'l2-normalise' },
    lossy: false,
  },
  { incumbentPath: 'dimensions', candidatePath: 'dimension', operation: identity, lossy: false },
  { incumbentPath: 'model', candidatePath: 'model', operation: identity, lossy: false },
];
const search: readonly FieldMapping[] = [
  {
    incumbentPath: 'results[].doc_id',
    candidatePath: 'results[].id',
    operation: identity,
    lossy: false,
  },
  {
    incumbentPath: 'results[].score',
    candidatePath: 'results[].distance',
    operation: { kind: 'affine', slope: -1, intercept: 1 },
    lossy: false,
  },
];

function reply(body: unknown) {
  return {
    status: 200,
    contentType: 'application/json',
    bytes: new TextEncoder().encode(JSON.stringify(body)),
  };
}

const dialect = adaptedDialect({
  name: 'discovered',
  requests: goLakehouse(),
  responses: rustLakehouse(),
  mappings: { embed, search },
});

describe('an adapted dialect', () => {
  it('sends the requests of one dialect', () => {
    expect(dialect.embed?.encode({ texts: ['a'], kind: 'query' }, NO_HANDLES)[0]?.path).toBe(
      '/v1/embed',
    );
  });

  it('reads raw vectors of the candidate as the unit vectors of the incumbent', () => {
    const answer = dialect.embed?.decode([reply({ vectors: [[3, 4]], dimension: 2, model: 'm' })], {
      texts: ['a'],
      kind: 'query',
    });
    expect(Array.from(answer?.vectors[0] ?? [])).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(answer).toMatchObject({ dimension: 2, model: 'm' });
  });

  it('reads distances as similarities', () => {
    const answer = dialect.search?.decode([reply({ results: [{ id: 'w-1', distance: 0.25 }] })], {
      collection: 'workers',
      text: 'x',
      k: 1,
    });
    expect(answer?.hits).toEqual([
      { id: 'w-1', collection: 'workers', similarity: 0.75, rawScore: 0.75 },
    ]);
  });

  it('leaves what no mapping adapts to the dialect that sends', () => {
    expect(dialect.retrieve).toBe(goLakehouse().retrieve);
    expect(dialect.health).toBe(goLakehouse().health);
  });
});
