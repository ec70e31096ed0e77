import { describe, expect, it } from 'vitest';
import { remembered } from '../../src/sides/remembered.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { call } from '../../src/wire/call.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';

/** Embeds each text as a number of its own, never the same again. */
function counting() {
  const batches: (readonly string[])[] = [];
  let next = 0;
  const timing = { startedMs: 0, endedMs: 1 };
  const backend: Backend = {
    label: 'counting',
    fingerprint: 'counting@1',
    capabilities: capabilitiesOf({ operations: { health: 'h', embed: 'e' } }),
    health: async () => {
      throw new Error('not part of the test');
    },
    embed: async ({ texts }) => {
      batches.push(texts);
      if (texts.includes('bad')) {
        return { kind: 'http', status: 500, detail: 'no', sizeBytes: 0, timing };
      }
      const vectors = texts.map(() => Float32Array.of(++next));
      const value = { vectors, dimension: 1, model: 'counting' };
      return { kind: 'ok', value, status: null, sizeBytes: 0, timing };
    },
    close: async () => {},
  };
  return { backend, batches };
}

async function numbers(backend: Backend, texts: string[], kind: 'query' | 'document' = 'query') {
  const outcome = await call(backend, 'embed', { texts, kind });
  return outcome.kind === 'ok' ? outcome.value.vectors.map(([value]) => value) : outcome.kind;
}

describe('an embedder that remembers', () => {
  it('embeds each text once, in the order of the texts, for two that ask at the same time', async () => {
    const { backend, batches } = counting();
    const shared = remembered(backend);
    const [one, two] = await Promise.all([
      numbers(shared, ['a', 'b', 'a']),
      numbers(shared, ['b', 'c']),
    ]);
    expect(one).toEqual([1, 2, 1]);
    expect(two).toEqual([2, 3]);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('takes queries and documents apart, since models do', async () => {
    const shared = remembered(counting().backend);
    expect(await numbers(shared, ['a'], 'query')).toEqual([1]);
    expect(await numbers(shared, ['a'], 'document')).toEqual([2]);
    expect(await numbers(shared, ['a'], 'query')).toEqual([1]);
  });

  it('takes no vectors of another model, e.g. of a server that was started again', async () => {
    let said = { dimension: 1, model: 'one' };
    const { backend } = counting();
    const shared = remembered({
      ...backend,
      embed: async ({ texts }) => {
        const vectors = texts.map(() => new Float32Array(said.dimension));
        const timing = { startedMs: 0, endedMs: 1 };
        const value = { ...said, vectors };
        return { kind: 'ok', value, status: null, sizeBytes: 0, timing };
      },
    });
    expect(await numbers(shared, ['a'])).toEqual([0]);
    for (const other of [
      { dimension: 2, model: 'one' },
      { dimension: 1, model: 'two' },
    ]) {
      said = other;
      const outcome = await call(shared, 'embed', { texts: ['b'], kind: 'query' });
      expect(outcome).toMatchObject({
        kind: 'malformed',
        detail: `embedded by another model than before: ${other.model}, ${other.dimension} dimensions, not one, 1 dimensions`,
      });
      expect(await numbers(shared, ['a'])).toEqual([0]);
    }
  });

  it('tells what failed, and asks again the next time', async () => {
    const { backend, batches } = counting();
    const shared = remembered(backend);
    expect(await numbers(shared, ['bad'])).toBe('http');
    expect(await numbers(shared, ['bad'])).toBe('http');
    expect(await numbers(shared, ['good'])).toEqual([1]);
    expect(batches).toHaveLength(3);
  });
});
