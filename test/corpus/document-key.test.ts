import { describe, expect, it } from 'vitest';
import { documentIndex } from '../../src/corpus/document-index.ts';
import { keyOf, keysOf, partsOf, textsOf } from '../../src/corpus/document-key.ts';
import type { Collection } from '../../src/corpus/types.ts';

const ODD_IDS = [
  'd-1',
  'a/b',
  '/a',
  'a/',
  '',
  '__proto__',
  'constructor',
  'toString',
  'É\u{1F69A}',
];

function collection(name: string, ids: readonly string[]): Collection {
  return { name, documents: ids.map((id) => ({ id, text: `text of ${id}`, metadata: {} })) };
}

describe('the key of a document', () => {
  it.each(ODD_IDS)('holds the id %j', (id) => {
    expect(partsOf(keyOf('things', id))).toEqual({ collection: 'things', id });
  });

  it('is that of one document alone, also beside names that are no collection’s', () => {
    const pairs = ['things', 'things/a', '', '/', '__proto__'].flatMap((name) =>
      ODD_IDS.map((id) => [name, id] as const),
    );
    const keys = new Set(pairs.map(([name, id]) => keyOf(name, id)));
    expect(keysOf([collection('things', ODD_IDS)]).every((key) => keys.has(key))).toBe(true);
    for (const [name, id] of pairs.filter(([other]) => other !== 'things')) {
      expect(keysOf([collection('things', ODD_IDS)])).not.toContain(keyOf(name, id));
    }
  });

  it('comes with the text of the document', () => {
    expect(textsOf([collection('a', ['x']), collection('b', ['x'])])).toEqual([
      { id: 'a/x', text: 'text of x' },
      { id: 'b/x', text: 'text of x' },
    ]);
  });
});

describe('the place of a hit', () => {
  const index = documentIndex([
    collection('jobs', ['j-1', 'both']),
    collection('workers', ODD_IDS.concat('both')),
  ]);
  const asked = ['jobs', 'workers'];

  it('is the collection that the hit names', () => {
    expect(index.placeOf({ id: 'both', collection: 'workers' }, asked)).toBe('workers/both');
  });

  it.each([null, undefined, ''])(
    'is looked for in those that were asked where it names %j',
    (none) => {
      expect(index.placeOf({ id: 'd-1', collection: none }, asked)).toBe('workers/d-1');
      expect(index.placeOf({ id: 'both', collection: none }, asked)).toBe('jobs/both');
      expect(index.placeOf({ id: '__proto__', collection: none }, asked)).toBe('workers/__proto__');
    },
  );

  it('of an id that no collection holds is not known', () => {
    const place = index.placeOf({ id: 'j-1' }, ['workers']);
    expect(place).toBe('workers/j-1');
    expect(index.has(place)).toBe(false);
    expect(index.has(index.placeOf({ id: 'workers/d-1' }, []))).toBe(false);
    expect(index.has(index.placeOf({ id: 'b', collection: 'workers/a' }, asked))).toBe(false);
  });

  it('of rows goes by rank', () => {
    expect(
      index.placesOf({ ids: ['both', 'd-1', ''], collections: ['workers', ''] }, asked),
    ).toEqual(['workers/both', 'workers/d-1', 'workers/']);
  });
});
