import type { Document } from 'mongodb';
import { z } from 'zod';
import { indexSchema, Refused } from './vector-search.ts';

/** What every command may carry beside its own. */
const COMMON = new Set(['lsid', '$db', '$readPreference', '$clusterTime', 'writeConcern']);

const name = z.string().min(1);
const cursor = z.strictObject({ batchSize: z.int().min(1).optional() });
const stages = z.union([
  z.tuple([z.strictObject({ $listSearchIndexes: z.strictObject({ name: name.optional() }) })]),
  // The stage itself is held to its own form where it is carried out.
  z.tuple([
    z.strictObject({ $vectorSearch: z.record(z.string(), z.unknown()) }),
    z.union([
      z.strictObject({ $count: name }),
      z.strictObject({
        $project: z.strictObject({
          _id: z.literal(1),
          score: z.strictObject({ $meta: z.literal('vectorSearchScore') }),
        }),
      }),
    ]),
  ]),
  z.tuple([
    z.strictObject({ $match: z.strictObject({}) }),
    z.strictObject({
      $group: z.strictObject({ _id: z.literal(1), n: z.strictObject({ $sum: z.literal(1) }) }),
    }),
  ]),
  z.tuple([
    z.strictObject({
      $project: z.strictObject({
        _id: z.literal(0),
        entry: z.strictObject({ $objectToArray: z.literal('$metadata') }),
      }),
    }),
    z.strictObject({ $unwind: z.literal('$entry') }),
    z.strictObject({ $group: z.strictObject({ _id: z.literal('$entry.k') }) }),
  ]),
]);

/** What the documentation allows of each command, as far as the mapping has any use for it. */
const COMMANDS = {
  buildInfo: z.strictObject({ buildInfo: z.literal(1) }),
  endSessions: z.strictObject({ endSessions: z.array(z.unknown()) }),
  listCollections: z.strictObject({
    listCollections: z.literal(1),
    filter: z.strictObject({ name }),
    nameOnly: z.boolean(),
    authorizedCollections: z.boolean().optional(),
    cursor,
  }),
  aggregate: z.strictObject({ aggregate: name, pipeline: stages, cursor }),
  find: z.strictObject({
    find: name,
    filter: z.strictObject({}),
    projection: z.record(z.string(), z.union([z.literal(0), z.literal(1)])),
    sort: z.custom((value) => value instanceof Map || typeof value === 'object'),
    hint: z.strictObject({ _id: z.literal(1) }).optional(),
    min: z.strictObject({ _id: z.unknown() }).optional(),
    limit: z.int().min(1),
  }),
  getMore: z.strictObject({
    getMore: z.unknown(),
    collection: name,
    batchSize: z.int().optional(),
  }),
  update: z.strictObject({
    update: name,
    updates: z.array(
      z.strictObject({
        q: z.strictObject({ _id: z.string() }),
        u: z.record(z.string(), z.unknown()),
        upsert: z.literal(true),
      }),
    ),
    ordered: z.boolean(),
  }),
  createSearchIndexes: z.strictObject({
    createSearchIndexes: name,
    indexes: z.array(indexSchema).min(1),
  }),
} as const;

export type CommandName = keyof typeof COMMANDS;

/** The name of a command. @throws Refused for one that is not known, ZodError for one of another form */
export function commandOf(command: Document): CommandName {
  const [first = ''] = Object.keys(command);
  if (!Object.hasOwn(COMMANDS, first)) throw new Refused(`no such command: '${first}'`);
  const own = Object.entries(command).filter(([key]) => !COMMON.has(key));
  COMMANDS[first as CommandName].parse(Object.fromEntries(own));
  if (first === 'find' && 'min' in command && !('hint' in command)) {
    throw new Refused('When using min()/max() a hint of which index to use must be provided');
  }
  return first as CommandName;
}
