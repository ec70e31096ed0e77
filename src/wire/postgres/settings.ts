import type { VectorQuery } from '../driver/driver.ts';
import type { PgvectorTable } from './options.ts';

/** Settings of a connection that are not its defaults, by name. */
export type Settings = ReadonlyMap<string, string>;

/** The setting that is the effort of an index; null without an index. */
export function effortSetting({ index }: PgvectorTable): string | null {
  if (index === 'none') return null;
  return index === 'hnsw' ? 'hnsw.ef_search' : 'ivfflat.probes';
}

/** What a search needs of its connection. */
export function settingsFor(
  table: PgvectorTable,
  query: Pick<VectorQuery, 'exact' | 'effort'>,
): Settings {
  if (table.exact || query.exact) return new Map([['enable_indexscan', 'off']]);
  const settings = new Map<string, string>();
  if (!table.seqscan) settings.set('enable_seqscan', 'off');
  const name = effortSetting(table);
  const effort = query.effort ?? table.effort;
  if (name !== null && effort !== undefined) settings.set(name, String(effort));
  if (table.index !== 'none' && table.iterativeScan !== 'off') {
    settings.set(`${table.index}.iterative_scan`, table.iterativeScan);
  }
  return settings;
}

/** The statements that bring a connection from what it has to what is wanted; empty where nothing differs. */
export function changeSql(has: Settings, wanted: Settings): string {
  const set = [...wanted].filter(([name, value]) => has.get(name) !== value);
  const reset = [...has.keys()].filter((name) => !wanted.has(name));
  return [
    ...set.map(([name, value]) => `SET ${name} = ${value};`),
    ...reset.map((name) => `RESET ${name};`),
  ].join(' ');
}
