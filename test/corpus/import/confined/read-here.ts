import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArrow } from '../../../../src/corpus/import/confined/arrow/read-arrow.ts';
import { readParquet } from '../../../../src/corpus/import/confined/parquet/read-parquet.ts';
import type {
  ConfinedReply,
  ConfinedTask,
} from '../../../../src/corpus/import/confined/protocol.ts';
import { layoutOf } from '../../../../src/corpus/import/records/layout.ts';
import type { FieldSurvey } from '../../../../src/corpus/import/records/survey.ts';
import { temporaryFolder } from '../harness.ts';

/** Ids and texts of a file of documents, read in this process. */
export async function rowsOf(
  format: 'arrow' | 'parquet',
  bytes: Buffer,
): Promise<(readonly [id: string | undefined, text: string | undefined])[]> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, `docs.${format}`);
  await writeFile(path, bytes);
  const read = (ask: ConfinedTask['ask']): AsyncGenerator<ConfinedReply> => {
    const task = { format, path, at: path, sizeBytes: bytes.length, ask };
    return format === 'arrow' ? readArrow(task) : readParquet(task);
  };
  let fields: FieldSurvey = new Map();
  for await (const reply of read({ kind: 'fields' })) {
    if (reply.kind === 'fields') fields = reply.fields;
  }
  const layout = layoutOf(path, fields, 'documents', {});
  const rows: (readonly [string | undefined, string | undefined])[] = [];
  for await (const reply of read({ kind: 'rows', role: 'documents', layout })) {
    if (reply.kind !== 'rows') continue;
    const { block } = reply;
    for (let i = 0; i < block.count; i++) rows.push([block.ids?.[i], block.texts?.[i]]);
  }
  return rows;
}
