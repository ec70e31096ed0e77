// node --conditions=source bench/experiments/size/growth-child.ts FOLDER ROWS QUERIES K′: one streamed search, its figures as JSON.

import { openStoredVectors, readWholeTable } from '../../../src/record/vectors/stored-vectors.ts';
import { rowsFrom, type VectorBlocks } from '../../../src/record/vectors/vector-blocks.ts';
import { streamLists } from '../../../src/truth/blocks/stream-lists.ts';
import { steadyEngine } from '../../../src/truth/exact.ts';

const [folder = '', rowsText = '', queriesText = '', kText = ''] = process.argv.slice(2);
const stored = await openStoredVectors(folder);
if (stored === null) throw new Error(`${folder} holds no vectors`);
const documents = firstRows(stored.documents, Number(rowsText));
const all = await readWholeTable(stored.queries);
const queries = rowsFrom(all, 0, Number(queriesText));
const kPrime = Number(kText);
const engine = steadyEngine(Number.MAX_VALUE);
// Threads start, prove themselves, are compiled and get their memory once, whatever the size: that is told apart.
const started = performance.now();
const [firstBlock] = documents.blocks;
if (firstBlock === undefined) throw new Error('no rows');
const first = { ...documents, rowCount: firstBlock.rowCount, blocks: [firstBlock] };
await streamLists({ documents: first, queries, kPrime, engine });
const startMs = performance.now() - started;
const start = performance.now();
const cpu = process.cpuUsage();
const { lists } = await streamLists({ documents, queries, kPrime, engine });
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
await engine.close();
const entries = lists.reduce((sum, { keys }) => sum + keys.length, 0);
process.stdout.write(
  JSON.stringify({ engine: engine.name, ms, cpuMs: (user + system) / 1000, startMs, entries }),
);

function firstRows({ dimension, blocks }: VectorBlocks, rowCount: number): VectorBlocks {
  const taken = [];
  let left = rowCount;
  for (const block of blocks) {
    if (left <= 0) break;
    const count = Math.min(left, block.rowCount);
    taken.push({ rowCount: count, read: async () => rowsFrom(await block.read(), 0, count) });
    left -= count;
  }
  return { dimension, rowCount, blocks: taken };
}
