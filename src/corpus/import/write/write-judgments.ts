import { counted } from '../../../counted.ts';
import { keyOf } from '../../document-key.ts';
import type { Grades } from '../judgments/collect.ts';
import { importProblem } from '../problem.ts';
import { lineFile } from './line-file.ts';

/** What judgments are written for. */
export interface JudgmentTargets {
  readonly grades: Grades | null;
  readonly documents: ReadonlySet<string>;
  readonly queries: ReadonlySet<string>;
  readonly collection: string;
  /** Names of the files of judgments, for an error. */
  readonly places: readonly string[];
}

const SHOWN = 5;

/**
 * Writes the judgments whose query and document are there, a line each, and says how many are not.
 * @throws UsageError where not one judgment names a document that is there
 */
export async function writeJudgments(
  path: string,
  { grades, documents, queries, collection, places }: JudgmentTargets,
): Promise<{
  readonly file: { readonly count: number; readonly sha256: string };
  readonly notes: readonly string[];
}> {
  const file = await lineFile(path);
  const lost = { queries: new Counted(), documents: new Counted() };
  for (const [queryId, ofQuery] of grades ?? []) {
    if (!queries.has(queryId)) {
      lost.queries.add(queryId, ofQuery.size);
      continue;
    }
    for (const [documentId, grade] of ofQuery) {
      if (documents.has(documentId))
        file.add(`${queryId}\t${keyOf(collection, documentId)}\t${grade}`);
      else lost.documents.add(documentId, 1);
    }
    await file.flush();
  }
  const written = await file.end();
  if (written.count === 0 && lost.documents.count > 0) {
    throw importProblem(
      'judgments',
      places.join(', '),
      `not one of ${counted(lost.documents.count, 'judgment')} names a document that is there, e.g. ${lost.documents.shown()}; documents are e.g. ${[...documents].slice(0, SHOWN).join(', ')}`,
      'give the judgments of these documents, or name the columns of ids',
    );
  }
  const notes = (['queries', 'documents'] as const).flatMap((what) =>
    lost[what].count === 0
      ? []
      : [
          `${counted(lost[what].count, 'judgment names', 'judgments name')} ${what} that are not there and ${lost[what].count === 1 ? 'was' : 'were'} left out: ${lost[what].shown()}`,
        ],
  );
  return { file: written, notes };
}

/** How many, and the first few different ones. */
class Counted {
  count = 0;
  readonly #ids = new Set<string>();

  add(id: string, count: number): void {
    this.count += count;
    if (this.#ids.size <= SHOWN) this.#ids.add(id);
  }

  shown(): string {
    const more = this.#ids.size > SHOWN ? ' …' : '';
    return `${[...this.#ids].slice(0, SHOWN).join(', ')}${more}`;
  }
}
