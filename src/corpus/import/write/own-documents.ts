import { crc32 } from 'node:zlib';

/** Looks for queries that are documents of the corpus: they have the id of one, and its text where ids are plain numbers. */
export class OwnDocuments {
  readonly #sums = new Map<string, number>();
  count = 0;

  document(id: string, text: string | null): void {
    if (text !== null) this.#sums.set(id, crc32(text));
  }

  query(id: string, text: string | null): void {
    const sum = this.#sums.get(id);
    if (sum === undefined || text === null) return;
    if (!/^\d+$/.test(id) || sum === crc32(text)) this.count += 1;
  }
}
