import type { RecordCodec } from '../record-codec.ts';
import { type DecodedTable, decodeTable } from './arrow-decode.ts';
import {
  type ArrowColumn,
  boolColumn,
  encodeTable,
  float64Column,
  float64ListColumn,
  int32Column,
  utf8Column,
  utf8ListColumn,
} from './arrow-encode.ts';

/** How one field of a row is written as a column of an Arrow table, and read back and checked. */
export interface FieldColumn<Value> {
  readonly encode: (name: string, values: readonly Value[]) => ArrowColumn;
  /** @throws Error where the column is missing or holds what the field cannot be */
  readonly decode: (table: DecodedTable, name: string) => readonly Value[];
}

/** A text. */
export const textField: FieldColumn<string> = {
  encode: utf8Column,
  decode: (table, name) => table.utf8(name),
};

/** A whole number; null where there is none. */
export const wholeOrNull: FieldColumn<number | null> = {
  encode: int32Column,
  decode: (table, name) => table.int32(name),
};

/** A whole number. */
export const whole: FieldColumn<number> = {
  encode: int32Column,
  decode: (table, name) =>
    table.int32(name).map((value, row) => {
      if (value === null) throw new Error(`column ${name}, row ${row}: no number`);
      return value;
    }),
};

/** A number; NaN where it is undefined. */
export const real: FieldColumn<number> = {
  encode: float64Column,
  decode: (table, name) => table.float64(name),
};

/** A truth value. */
export const flag: FieldColumn<boolean> = {
  encode: boolColumn,
  decode: (table, name) => table.bool(name),
};

/** A list of texts. */
export const texts: FieldColumn<readonly string[]> = {
  encode: utf8ListColumn,
  decode: (table, name) => table.utf8Lists(name),
};

/** A list of numbers; NaN where one is undefined. */
export const reals: FieldColumn<readonly number[]> = {
  encode: float64ListColumn,
  decode: (table, name) => table.float64Lists(name),
};

/** One of some texts. */
export function oneOf<const Name extends string>(names: readonly Name[]): FieldColumn<Name> {
  const known = new Set<string>(names);
  const isName = (value: string): value is Name => known.has(value);
  return {
    encode: utf8Column,
    decode: (table, name) =>
      table.utf8(name).map((value, row) => {
        if (isName(value)) return value;
        throw new Error(
          `column ${name}, row ${row}: ${JSON.stringify(value)} is none of its values`,
        );
      }),
  };
}

/** Records that are tables, one object a row; equal rows give equal bytes. */
export function rowsCodec<Row extends object>(
  columns: {
    readonly [Name in keyof Row]-?: FieldColumn<Row[Name]>;
  },
): RecordCodec<readonly Row[]> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  return {
    extension: 'arrow',
    encode: (rows) => ({
      bytes: encodeTable(
        names.map((name) =>
          columns[name].encode(
            name,
            rows.map((row) => row[name]),
          ),
        ),
        rows.length,
      ),
      rows: rows.length,
    }),
    decode: (bytes, count) => {
      const table = decodeTable(bytes, count ?? 0);
      const values = names.map((name) => columns[name].decode(table, name));
      return Array.from({ length: table.rowCount }, (_, row) => {
        const fields: Partial<Record<string, unknown>> = {};
        for (const [at, name] of names.entries()) fields[name] = values[at]?.[row];
        return fields as Row;
      });
    },
  };
}
