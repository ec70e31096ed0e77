import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discoverDrift } from '../../src/drift/find/discover.ts';
import { type EmitOptions, emitDialect, lossNotes } from '../../src/drift/find/emit-dialect.ts';
import { type Dialect, NO_HANDLES } from '../../src/wire/dialect.ts';
import { jsonOf } from '../../src/wire/json/json-reply.ts';
import { pairOf } from './replies.ts';

const INDEX = join(import.meta.dirname, '../../src/index.ts');

/** A dialect of one's own that embeds and searches; the names of its fields are all that is special. */
function ownDialect(name: string, path: string, vectors: string, id: string): Dialect {
  const body = (reply: Parameters<typeof jsonOf>[0]) => jsonOf(reply) as Record<string, unknown>;
  return {
    name,
    fingerprint: `${name}@1`,
    health: {
      path: '/health',
      encode: () => [],
      decode: () => ({ ok: true, service: null, version: null }),
    },
    embed: {
      path,
      encode: ({ texts }) => [{ method: 'POST', path, json: { texts } }],
      decode: ([reply]) => {
        const rows = reply === undefined ? [] : (body(reply)[vectors] as number[][]);
        const read = rows.map((row) => Float32Array.from(row));
        return { vectors: read, dimension: read[0]?.length ?? 0, model: null };
      },
    },
    search: {
      path: '/find',
      encode: ({ k }) => [{ method: 'POST', path: '/find', json: { k } }],
      decode: ([reply]) => {
        const rows = reply === undefined ? [] : (body(reply).rows as Record<string, string>[]);
        return { hits: rows.map((row) => ({ id: String(row[id]), rawScore: 0 })) } as never;
      },
    },
  };
}

function reply(json: unknown) {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return { status: 200, contentType: 'application/json', bytes };
}

describe('an emitted module', () => {
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emitted-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What the module exports, once it was written and loaded. */
  async function load(
    discoveries: Parameters<typeof emitDialect>[0],
    options: Partial<EmitOptions> = {},
  ): Promise<Record<string, unknown>> {
    const text = emitDialect(discoveries, {
      candidatePaths: new Map([['embed', '/embed']]),
      incumbentFactory: null,
      candidateFactory: null,
      ...options,
    });
    const path = join(folder, `${++count}.ts`);
    await writeFile(path, text.replace("'retrieval-parity'", JSON.stringify(INDEX)));
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  }

  const embed = discoverDrift({
    endpoint: 'embed',
    scenario: 'success',
    pairs: Array.from({ length: 10 }, (_, at) => {
      const raw = [3 + at, 4];
      const length = Math.hypot(...raw);
      return pairOf({ unit: [raw.map((x) => x / length)], n: at }, { raw: [raw], n: at });
    }),
  });

  it('is a function of the two dialects where they are one’s own', async () => {
    const { dialect } = await load([embed]);
    expect(dialect).toBeTypeOf('function');
    const made = (dialect as (requests: Dialect, responses: Dialect) => Dialect)(
      ownDialect('new', '/embed', 'raw', 'key'),
      ownDialect('old', '/old/embed', 'unit', 'doc'),
    );
    expect(made.embed?.encode({ texts: ['a'], kind: 'query' }, NO_HANDLES)[0]).toMatchObject({
      path: '/embed',
    });
    const read = made.embed?.decode([reply({ raw: [[6, 8]], n: 1 })], {
      texts: ['a'],
      kind: 'query',
    });
    expect([...(read?.vectors[0] ?? [])]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    // What was not discovered is read as the candidate's own dialect reads it.
    const found = made.search?.decode([reply({ rows: [{ key: 'x', doc: 'y' }] })], {} as never);
    expect(found?.hits[0]).toMatchObject({ id: 'x' });
    expect(made.fingerprint).toContain('new@1 → old@1');
  });

  it('is so as well where only one of them is', async () => {
    const { dialect } = await load([embed], { incumbentFactory: 'rustLakehouse()' });
    expect(dialect).toBeTypeOf('function');
  });

  it('is a dialect where both are the package’s own', async () => {
    const { dialect, adapters } = await load([embed], {
      incumbentFactory: 'rustLakehouse()',
      candidateFactory: 'goLakehouse()',
    });
    expect((dialect as Dialect).embed?.path).toBe('/v1/embed');
    const adapt = (adapters as Record<string, (body: unknown) => unknown>)['/embed'];
    expect(adapt?.({ raw: [[3, 4]], n: 2 })).toEqual({ unit: [[0.6, 0.8]], n: 2 });
  });

  it.each([
    '\nglobalThis[`broken`] = true;//',
    '\u2028globalThis[`broken`] = true;//',
    '*/ globalThis.broken = true; /*',
    "'); globalThis.broken = true; ('",
    '\u0060$\u007bglobalThis.broken = true}\u0060',
    '__proto__',
  ])('keeps a field named %j a name', async (hostile) => {
    const found = discoverDrift({
      endpoint: 'embed',
      scenario: 'success',
      pairs: Array.from({ length: 10 }, (_, at) =>
        pairOf(
          { [`only${hostile}`]: `a${at}`, [`both${hostile}`]: at },
          { [`other${hostile}`]: at, [`more${hostile}`]: `${at * 7}` },
        ),
      ),
    });
    await load([found]);
    for (const note of lossNotes(found)) expect(note).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(globalThis).not.toHaveProperty('broken');
  });
});
