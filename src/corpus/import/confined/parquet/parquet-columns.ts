import { type FileMetaData, parquetSchema, type SchemaElement, type SchemaTree } from 'hyparquet';
import type { FieldKind, FieldSurvey } from '../../records/survey.ts';

/** What the values of some columns are turned into: by name. */
export type ColumnChanges = ReadonlyMap<string, (value: unknown) => unknown>;

/** The columns of a file by their schema, with the kind of value that each holds. */
export function surveyedColumns(metadata: FileMetaData): FieldSurvey {
  return new Map(
    parquetSchema(metadata).children.map((column) => [
      column.element.name,
      new Set([kindOfColumn(column)]),
    ]),
  );
}

/** The columns of JSON: their schema does not tell what is in them. */
export function jsonColumns(metadata: FileMetaData): string[] {
  return parquetSchema(metadata).children.flatMap(({ element, children }) =>
    children.length === 0 && isJson(element) ? [element.name] : [],
  );
}

/**
 * What must be done to values that the library gives as bytes, or would round: byte arrays of a fixed length that
 * is a multiple of four are float32, little-endian, and decimals keep their digits.
 *
 * @returns the changes, and the metadata under which the library leaves these columns as they are
 */
export function columnChanges(metadata: FileMetaData): {
  readonly changes: ColumnChanges;
  readonly metadata: FileMetaData;
} {
  const changes = new Map<string, (value: unknown) => unknown>();
  const plain = new Map<SchemaElement, SchemaElement>();
  for (const { element, children } of parquetSchema(metadata).children) {
    if (children.length > 0) continue;
    if (isFloats(element)) changes.set(element.name, floats);
    if (!isDecimal(element) || element.type === 'BYTE_ARRAY') continue;
    const { converted_type: _type, logical_type: logical, scale, ...rest } = element;
    const places = scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
    plain.set(element, rest);
    changes.set(element.name, (value) => decimal(value, places));
  }
  const schema = metadata.schema.map((element) => plain.get(element) ?? element);
  return { changes, metadata: plain.size === 0 ? metadata : { ...metadata, schema } };
}

/** A row with the changes made. */
export function changed(
  fields: Record<string, unknown>,
  changes: ColumnChanges,
): Record<string, unknown> {
  if (changes.size === 0) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, changes.get(name)?.(value) ?? value]),
  );
}

function kindOfColumn({ element, children }: SchemaTree): FieldKind {
  if (children.length === 0) {
    if (isFloats(element)) return 'numbers';
    const kind = kindOfLeaf(element);
    return kind === 'number' && element.repetition_type === 'REPEATED' ? 'numbers' : kind;
  }
  const [list] = children;
  const item = list?.children[0] ?? list;
  const isList = children.length === 1 && list?.element.repetition_type === 'REPEATED';
  const isFlat = item !== undefined && item.children.length === 0;
  return isList && isFlat && kindOfLeaf(item.element) === 'number' ? 'numbers' : 'other';
}

function kindOfLeaf({
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): FieldKind {
  switch (type) {
    case 'FLOAT':
    case 'DOUBLE':
      return 'number';
    case 'INT32':
    case 'INT64':
      return /^(DATE|TIME)/.test(converted ?? logical?.type ?? '') ? 'other' : 'number';
    case 'BYTE_ARRAY':
      return /^(JSON|BSON|VARIANT|GEO)/.test(converted ?? logical?.type ?? '') ? 'other' : 'text';
    case 'FIXED_LEN_BYTE_ARRAY':
      if (logical?.type === 'UUID') return 'text';
      return logical?.type === 'FLOAT16' || converted === 'DECIMAL' || logical?.type === 'DECIMAL'
        ? 'number'
        : 'other';
    default:
      return 'other';
  }
}

function isJson({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'JSON' || logical?.type === 'JSON';
}

function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL';
}

function isFloats(element: SchemaElement): boolean {
  const {
    type,
    type_length: length = 0,
    converted_type: converted,
    logical_type: logical,
  } = element;
  return (
    type === 'FIXED_LEN_BYTE_ARRAY' &&
    length > 0 &&
    length % 4 === 0 &&
    converted === undefined &&
    logical === undefined
  );
}

function floats(value: unknown): unknown {
  return value instanceof Uint8Array ? new Float32Array(Uint8Array.from(value).buffer) : value;
}

/** An unscaled whole number, as such or as its bytes, with the decimal point where it belongs. */
function decimal(value: unknown, scale: number): unknown {
  if (value === null || value === undefined) return value;
  const unscaled = value instanceof Uint8Array ? signed(value) : BigInt(value as number | bigint);
  return scaled(unscaled, scale);
}

/** Bytes as a whole number with sign, the highest byte first. */
function signed(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

/** A decimal as a whole number, or as a number where that is what its digits say, else as its digits. */
export function scaled(unscaled: bigint, scale: number): bigint | number | string {
  const unit = 10n ** BigInt(Math.max(0, scale));
  if (unscaled % unit === 0n) return unscaled / unit;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  const shortest = text.replace(/0+$/, '');
  return String(Number(shortest)) === shortest ? Number(shortest) : shortest;
}
