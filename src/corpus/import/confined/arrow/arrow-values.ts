import { DataType, type Decimal, type Schema, Vector } from 'apache-arrow';
import type { FieldKind, FieldSurvey } from '../../records/survey.ts';
import { scaled } from '../parquet/parquet-columns.ts';

/** The fields of a schema with the kind of value that each holds. */
export function surveyedFields(schema: Schema): FieldSurvey {
  return new Map(schema.fields.map(({ name, type }) => [name, new Set([kindOfType(type)])]));
}

function kindOfType(type: DataType): FieldKind {
  if (DataType.isDictionary(type)) return kindOfType(type.dictionary as DataType);
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type))
    return 'text';
  if (isFloats(type)) return 'numbers';
  if (DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type)) return 'number';
  const isList =
    DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isLargeList(type);
  const [item] = isList ? type.children : [];
  return item !== undefined && kindOfType(item.type) === 'number' ? 'numbers' : 'other';
}

/** A value as records have it: lists as arrays, times as dates, decimals with all of their digits, structs as objects. */
export function plainValue(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Vector) return listOf(value);
  if (DataType.isDictionary(type)) return plainValue(value, type.dictionary as DataType);
  if (isFloats(type)) return new Float32Array(Uint8Array.from(value as Uint8Array).buffer);
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return new Date(Number(value));
  if (DataType.isDecimal(type))
    return scaled(wholeOf(value as Uint32Array), (type as Decimal).scale);
  if (DataType.isStruct(type) || DataType.isMap(type)) return membersOf(value, type);
  return value;
}

function listOf(values: Vector): unknown[] {
  const { type } = values;
  const isNumbers = DataType.isInt(type) || DataType.isFloat(type);
  return isNumbers ? Array.from(values) : Array.from(values, (one) => plainValue(one, type));
}

/** What a struct or a map holds: rows of the library are views, which no message can carry. */
function membersOf(value: unknown, type: DataType): Record<string, unknown> {
  const held = (value as { toJSON: () => Record<string, unknown> }).toJSON();
  const [entries] = type.children;
  const typeOf = new Map(type.children.map((field) => [field.name, field.type as DataType]));
  const common = DataType.isMap(type) ? (entries?.type.children[1]?.type as DataType) : null;
  return Object.fromEntries(
    Object.entries(held).map(([name, one]) => {
      const own = common ?? typeOf.get(name);
      return [name, own === undefined ? one : plainValue(one, own)];
    }),
  );
}

/** Byte arrays of a fixed length that is a multiple of four are float32, little-endian, as in Parquet. */
function isFloats(type: DataType): boolean {
  return DataType.isFixedSizeBinary(type) && type.byteWidth > 0 && type.byteWidth % 4 === 0;
}

/** 32-bit words, the lowest first, as a whole number with sign. */
function wholeOf(words: Uint32Array): bigint {
  let value = 0n;
  for (const word of Array.from(words).reverse()) value = (value << 32n) | BigInt(word >>> 0);
  return BigInt.asIntN(words.length * 32, value);
}
