import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArrow } from '../../../../src/corpus/import/confined/arrow/read-arrow.ts';
import { foreignProblem } from '../../../../src/corpus/import/confined/foreign-problem.ts';
import { readParquet } from '../../../../src/corpus/import/confined/parquet/read-parquet.ts';
import type {
  ConfinedQuestion,
  ConfinedReply,
  ConfinedTask,
} from '../../../../src/corpus/import/confined/protocol.ts';
import { readHdf5 } from '../../../../src/corpus/import/confined/read-hdf5.ts';
import { importerFor } from '../../../../src/corpus/import/importers.ts';
import { collectJudgments } from '../../../../src/corpus/import/judgments/collect.ts';
import type { FieldSurvey } from '../../../../src/corpus/import/records/survey.ts';
import { checkedRows } from '../../../../src/corpus/import/rows.ts';
import { plainFile } from '../../../../src/corpus/import/source-file.ts';
import type { Importer } from '../../../../src/corpus/import/types.ts';
import { unpackedFiles } from '../../../../src/corpus/import/unpack/unpacked-files.ts';
import { loadCorpus } from '../../../../src/corpus/load.ts';
import { UsageError } from '../../../../src/errors.ts';
import { readTraffic } from '../../../../src/traffic/read/read-traffic.ts';
import { createRedactor } from '../../../../src/traffic/redact/redactor.ts';
import { goLakehouse } from '../../../../src/wire/lakehouse/go-lakehouse.ts';
import { type Reading, soundCorpus } from './sound-files.ts';

/**
 * Reads a file as the suite does, and counts its rows.
 * @param folder where it lies, alone; `isConfined` reads HDF5, Parquet and Arrow as users do, in a process of their own
 * @throws whatever the suite throws
 */
export async function rowsRead(
  folder: string,
  name: string,
  reading: Reading,
  isConfined: boolean,
): Promise<number> {
  const path = join(folder, name);
  switch (reading) {
    case 'packed': {
      await mkdir(join(folder, 'unpacked'));
      const { at } = await unpackedFiles(join(folder, 'unpacked'))(path);
      return (await readFile(at, 'utf8')).split('\n').length - 1;
    }
    case 'judgments': {
      const { grades } = await collectJudgments(
        [{ file: plainFile(path), importer: null, metric: null }],
        {},
      );
      return [...(grades ?? new Map()).values()].reduce((sum, { size }) => sum + size, 0);
    }
    case 'traffic': {
      const plain = { operation: 'search', collections: ['docs'], k: 3 } as const;
      const redactor = createRedactor();
      const options = { dialect: goLakehouse(), prefix: '', redactor, plain };
      return (await readTraffic(path, options)).tally.read;
    }
    case 'corpus': {
      for (const [file, text] of Object.entries(soundCorpus())) {
        if (file !== name) await writeFile(join(folder, file), text);
      }
      return (await loadCorpus(folder)).queries.length;
    }
    default:
      return await imported(path, reading, isConfined);
  }
}

async function imported(
  path: string,
  reading: 'rows' | 'fields' | 'lists',
  isConfined: boolean,
): Promise<number> {
  const found = importerFor(path);
  if (found === null) throw new Error(`${path}: no importer`);
  const importer = isConfined ? found : (inThisProcess(found) ?? found);
  const file = plainFile(path);
  let count = 0;
  if (reading === 'fields') {
    await importer.records?.fields(file, {});
    for await (const some of importer.records?.read(file, ['id', 'n'], {}) ?? []) {
      count += some.length;
    }
    return count;
  }
  if (reading === 'lists') {
    for await (const block of importer.lists?.(file, {}) ?? []) count += block.count;
    return count;
  }
  const options = { role: 'documents', columns: {} } as const;
  for await (const { ids } of checkedRows([{ file, importer, metric: null }], options)) {
    count += ids.length;
  }
  return count;
}

type Reader = (task: ConfinedTask) => AsyncGenerator<ConfinedReply>;

const READERS: Readonly<Record<string, Reader>> = {
  hdf5: readHdf5,
  parquet: readParquet,
  arrow: readArrow,
};

/** An importer whose library runs here, without a process a file; null for one that has none. */
function inThisProcess(importer: Importer): Importer | null {
  const read = READERS[importer.format];
  if (read === undefined) return null;
  const ask = async function* (path: string, question: ConfinedQuestion) {
    const { length } = await readFile(path);
    const format = importer.format as ConfinedTask['format'];
    try {
      yield* read({ format, path, at: path, sizeBytes: length, ask: question });
    } catch (error) {
      throw error instanceof UsageError ? error : foreignProblem(error, path, format);
    }
  };
  const fields = async (path: string): Promise<FieldSurvey> => {
    for await (const reply of ask(path, { kind: 'fields' })) {
      if (reply.kind === 'fields') return reply.fields;
    }
    return new Map();
  };
  return {
    ...importer,
    rows: async function* ({ path }, { role, layout }) {
      for await (const reply of ask(path, { kind: 'rows', role, layout })) {
        if (reply.kind === 'rows') yield reply.block;
      }
    },
    lists: async function* ({ path }) {
      for await (const reply of ask(path, { kind: 'lists' })) {
        if (reply.kind === 'lists') yield reply.block;
      }
    },
    ...(importer.records === undefined
      ? {}
      : {
          records: {
            fields: ({ path }) => fields(path),
            read: async function* ({ path }, names) {
              for await (const reply of ask(path, { kind: 'records', names })) {
                if (reply.kind === 'records') yield reply.records;
              }
            },
          },
        }),
  };
}
