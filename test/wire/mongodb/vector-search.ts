import { Binary, type Document } from 'mongodb';
import { z } from 'zod';
import { similarityOf } from '../contract/contract.ts';

/** What the documentation allows of the stage, with the limits that the source of the search server has. */
const stageSchema = z.strictObject({
  index: z.string().min(1),
  path: z.string().min(1),
  queryVector: z.array(z.number()).min(1),
  limit: z.int().min(1),
  exact: z.boolean().optional(),
  numCandidates: z.int().min(1).max(10_000).optional(),
  filter: z.record(z.string(), z.unknown()).optional(),
});

/** A vector search index as it was asked for. */
export const indexSchema = z.strictObject({
  name: z.string().min(1),
  type: z.literal('vectorSearch'),
  definition: z.strictObject({
    fields: z
      .array(
        z.discriminatedUnion('type', [
          z.strictObject({
            type: z.literal('vector'),
            path: z.string().min(1),
            numDimensions: z.int().min(1).max(8192),
            similarity: z.enum(['cosine', 'dotProduct', 'euclidean']),
            quantization: z.enum(['none', 'scalar', 'binary']).optional(),
            indexingMethod: z.enum(['hnsw', 'flat']).optional(),
            hnswOptions: z
              .strictObject({
                maxEdges: z.int().min(16).max(64).optional(),
                numEdgeCandidates: z.int().min(100).max(3200).optional(),
              })
              .optional(),
          }),
          z.strictObject({ type: z.literal('filter'), path: z.string().regex(/^[^$].*$/) }),
        ]),
      )
      .refine((fields) => new Set(fields.map(({ path }) => path)).size === fields.length, {
        error: 'Vector and filter fields should have distinct paths',
      }),
  }),
});

export type IndexDefinition = z.infer<typeof indexSchema>['definition'];

/** A request that the server refuses. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The rows of a search over the documents that an index holds, nearest first, with their scores. */
export function vectorSearch(
  given: unknown,
  { fields }: IndexDefinition,
  documents: Iterable<Document>,
): { readonly document: Document; readonly score: number }[] {
  const { path, queryVector, limit, exact, numCandidates, filter } = stageOf(given);
  const vector = fields.find((field) => field.type === 'vector' && field.path === path);
  if (vector?.type !== 'vector') throw new Refused(`${path} is not indexed as vector`);
  const { numDimensions, similarity } = vector;
  if (queryVector.length !== numDimensions) {
    throw new Refused(
      `vector field is indexed with ${numDimensions} dimensions but queried with ${queryVector.length}`,
    );
  }
  const isZero = (numbers: readonly number[]) => numbers.every((number) => number === 0);
  if (similarity === 'cosine' && isZero(queryVector)) {
    throw new Refused('Cosine similarity cannot be calculated against a zero vector.');
  }
  const paths = new Set(fields.flatMap((field) => (field.type === 'filter' ? [field.path] : [])));
  const passes = filter === undefined ? () => true : clauseOf(filter, paths);
  const rows: { document: Document; score: number }[] = [];
  for (const document of documents) {
    const stored = numbersOf(valueAt(document, path));
    if (stored.length !== numDimensions || (similarity === 'cosine' && isZero(stored))) continue;
    if (!passes(document)) continue;
    rows.push({ document, score: scoreOf(similarity, queryVector, stored) });
  }
  rows.sort((a, b) => b.score - a.score);
  return rows.slice(0, exact === true ? rows.length : numCandidates).slice(0, limit);
}

function stageOf(given: unknown): z.infer<typeof stageSchema> {
  const { data, error } = stageSchema.safeParse(given);
  if (data === undefined) throw new Refused(`$vectorSearch: ${z.prettifyError(error)}`);
  const { exact, numCandidates, limit } = data;
  if (exact === true) {
    if (numCandidates === undefined) return data;
    throw new Refused('"numCandidates" must be omitted when "exact" is set to true');
  }
  if (numCandidates === undefined) throw new Refused('"numCandidates" is required');
  if (limit <= numCandidates) return data;
  throw new Refused('limit should be less than or equal to numCandidates');
}

/** Lucene's scores, in float32. */
function scoreOf(
  similarity: 'cosine' | 'dotProduct' | 'euclidean',
  query: readonly number[],
  stored: readonly number[],
): number {
  const [x, y] = [Float32Array.from(query), Float32Array.from(stored)];
  if (similarity === 'euclidean') {
    return Math.fround(1 / (1 + similarityOf('euclidean', x, y) ** 2));
  }
  const inner = similarityOf(similarity === 'cosine' ? 'cosine' : 'dot', x, y);
  return Math.fround(Math.max(0, (1 + inner) / 2));
}

function numbersOf(value: unknown): number[] {
  if (value instanceof Binary) return Array.from(value.toFloat32Array());
  return Array.isArray(value) ? value.map(Number) : [];
}

export function valueAt(document: Document, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (Object(value) as Document)[name], document);
}

type Passes = (document: Document) => boolean;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const operators: Readonly<Record<string, (given: unknown) => (value: unknown) => boolean>> = {
  $eq: (given) => {
    const wanted = scalar.parse(given);
    return (value) => value === wanted;
  },
  $in: (given) => {
    const list = z.union([z.array(z.string()), z.array(z.number()), z.array(z.boolean())]);
    const wanted: readonly unknown[] = list.parse(given);
    if (wanted.length === 0) throw new Refused('"$in" cannot be empty');
    return (value) => wanted.includes(value);
  },
  $gte: (given) => {
    const bound = z.number().parse(given);
    return (value) => typeof value === 'number' && value >= bound;
  },
  $lte: (given) => {
    const bound = z.number().parse(given);
    return (value) => typeof value === 'number' && value <= bound;
  },
};

/** A filter of the stage; a list in a document passes where one of its values does. */
function clauseOf(clause: Document, paths: ReadonlySet<string>): Passes {
  const each = Object.entries(clause).map(([name, inner]): Passes => {
    if (name === '$and' || name === '$or') {
      const clauses = z.array(z.record(z.string(), z.unknown())).min(1).parse(inner);
      const all = clauses.map((one) => clauseOf(one, paths));
      if (name === '$and') return (document) => all.every((passes) => passes(document));
      return (document) => all.some((passes) => passes(document));
    }
    if (!paths.has(name)) throw new Refused(`Path '${name}' needs to be indexed as filter`);
    const tests = Object.entries(z.record(z.string(), z.unknown()).parse(inner)).map(
      ([operator, given]) => {
        const test = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
        if (test === undefined) throw new Refused(`unknown operator ${operator}`);
        return test(given);
      },
    );
    return (document) => {
      const found = valueAt(document, name);
      const values = Array.isArray(found) ? found : [found];
      return tests.every((test) => values.some(test));
    };
  });
  return (document) => each.every((passes) => passes(document));
}
