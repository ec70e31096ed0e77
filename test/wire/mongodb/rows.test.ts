import * as library from 'mongodb';
import { describe, expect, it } from 'vitest';
import type { MongodbCollection } from '../../../src/wire/mongodb/options.ts';
import { listedDocument, storedDocument } from '../../../src/wire/mongodb/rows.ts';
import { searchStages } from '../../../src/wire/mongodb/search-stage.ts';

const { Binary, ObjectId } = library;
const usual: MongodbCollection = {
  collection: '{collection}',
  index: 'vector_index',
  idField: '_id',
  vectorField: 'embedding',
  metadataField: 'metadata',
  distance: 'cosine',
  quantisation: 'none',
  isAsked: false,
  method: 'hnsw',
  exact: false,
};
const of = (row: object, options: Partial<MongodbCollection> = {}) =>
  listedDocument(row, library, { ...usual, ...options }, true);

describe('a document of MongoDB', () => {
  it.each([
    ['a list of numbers', [1, -2]],
    ['binary data of float32', Binary.fromFloat32Array(Float32Array.of(1, -2))],
    ['binary data of int8', Binary.fromInt8Array(Int8Array.of(1, -2))],
  ])('has %s as its vector', (_name, embedding) => {
    expect(of({ _id: 'a', embedding }).vector).toEqual(Float32Array.of(1, -2));
  });

  it.each([
    ['bits', Binary.fromPackedBits(Uint8Array.of(3))],
    ['texts', ['1', 'two']],
    ['an object', { a: 1 }],
  ])('cannot have %s as its vector', (_name, embedding) => {
    expect(() => of({ _id: 'a', embedding })).toThrow('document a: the vector is no list');
  });

  it('has no vector where none is stored', () => {
    expect(of({ _id: 'a', embedding: null })).toEqual({ id: 'a' });
    expect(of({ _id: 'a' })).toEqual({ id: 'a' });
  });

  it('has an id of any type', () => {
    const hex = '66f0c0ffee00000000000001';
    expect(of({ _id: new ObjectId(hex) }).id).toBe(hex);
    expect(of({ _id: 7 }).id).toBe('7');
    expect(of({ _id: 7, sku: 'x' }, { idField: 'sku' }).id).toBe('x');
  });

  it('has the fields of the document as its metadata where they are no field of their own', () => {
    const row = { _id: 1, sku: 'x', city: 'Oslo', made: new Date(), doc: { vector: [1] } };
    const options = { idField: 'sku', metadataField: '', vectorField: 'doc.vector' };
    expect(of(row, options)).toEqual({
      id: 'x',
      metadata: { city: 'Oslo' },
      vector: Float32Array.of(1),
    });
  });

  it('is stored by its _id alone', () => {
    const document = {
      id: 'a',
      text: '',
      metadata: { _id: 'b', x: 1 },
      vector: Float32Array.of(1),
    };
    const stored = storedDocument(document, library, { ...usual, metadataField: '' });
    expect(stored).toMatchObject({ _id: 'a', x: 1 });
    expect(() => storedDocument(document, library, { ...usual, idField: 'sku' })).toThrow('_id');
  });
});

describe('the stages of a search', () => {
  const query = {
    collection: 'c',
    vector: Float32Array.of(1),
    k: 3,
    filter: { city: 'Oslo' },
    effort: null,
    exact: true,
  };

  it('give the field that holds the id, and filter by fields of the document', () => {
    const options = { ...usual, idField: 'sku', metadataField: '' };
    expect(searchStages(query, options, { filters: ['city'] })).toMatchObject([
      { $vectorSearch: { filter: { city: { $eq: 'Oslo' } } } },
      { $project: { _id: 0, sku: 1, score: { $meta: 'vectorSearchScore' } } },
    ]);
  });

  it.each(['a.b', '$a', ''])('have no filter by %o', (name) => {
    const filtered = { ...query, filter: { [name]: 1 } };
    expect(() => searchStages(filtered, usual, { filters: [`metadata.${name}`] })).toThrow('a dot');
  });

  it('have no filter by a field that the index does not hold', () => {
    expect(() => searchStages(query, usual, { filters: ['metadata.state'] })).toThrow(
      'search index vector_index has no field metadata.city of type filter',
    );
  });
});
