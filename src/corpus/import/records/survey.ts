/** What a field's values are, as far as its use is concerned; `empty` says nothing: null, or a list of nothing. */
export type FieldKind = 'text' | 'number' | 'numbers' | 'empty' | 'other';

/** The fields of a file, over all of its records, with the kinds of values that each has. */
export type FieldSurvey = ReadonlyMap<string, ReadonlySet<FieldKind>>;

/** One row of a format with named fields, and where it stands. */
export interface PlacedRecord {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly place: string;
  readonly line: number | null;
}

/** Gathers the fields of records as they come. */
export class Survey {
  readonly #kinds = new Map<string, Set<FieldKind>>();

  add(fields: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(fields)) {
      const kinds = this.#kinds.get(name) ?? new Set<FieldKind>();
      kinds.add(kindOf(fields[name]));
      this.#kinds.set(name, kinds);
    }
  }

  fields(): FieldSurvey {
    return this.#kinds;
  }
}

/** The fields of several files. */
export function united(surveys: readonly (FieldSurvey | null)[]): FieldSurvey {
  const all = new Map<string, Set<FieldKind>>();
  for (const survey of surveys) {
    for (const [name, kinds] of survey ?? []) {
      all.set(name, new Set([...(all.get(name) ?? []), ...kinds]));
    }
  }
  return all;
}

/** The kind of one value; of a list the first element tells. */
export function kindOf(value: unknown): FieldKind {
  if (value === null || value === undefined) return 'empty';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (value instanceof Float32Array || value instanceof Float64Array) return 'numbers';
  if (!Array.isArray(value)) return 'other';
  if (value.length === 0) return 'empty';
  return typeof value[0] === 'number' || typeof value[0] === 'bigint' ? 'numbers' : 'other';
}

/** Whether a file has a field with a value of some kind in some record. */
export function hasKind(
  fields: FieldSurvey,
  name: string,
  ...kinds: readonly FieldKind[]
): boolean {
  const own = fields.get(name);
  return own !== undefined && kinds.some((kind) => own.has(kind));
}

/** The names of the fields of a file, for an error. */
export function shownFields(fields: FieldSurvey): string {
  return [...fields.keys()].slice(0, 20).join(', ') || 'none';
}
