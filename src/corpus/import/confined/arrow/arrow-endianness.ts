/** A table of flatbuffers: the byte that it begins at. */
type TableAt = number;

/** Places of fields in the tables of the Arrow format (`Message.fbs`, `File.fbs`, `Schema.fbs`). */
const FIELD = { messageKind: 1, messageHeader: 2, footerSchema: 1, endianness: 0 } as const;
const SCHEMA_KIND = 1;

/** Whether the schema that a message holds says big-endian numbers; false for other messages. */
export function saysBigEndian(message: Buffer): boolean {
  const root = rootOf(message);
  const kind = placeOf(message, root, FIELD.messageKind);
  if (kind === null || message.readUInt8(kind) !== SCHEMA_KIND) return false;
  return isSchemaBigEndian(message, root, FIELD.messageHeader);
}

/** The same of the schema in the footer of a file. */
export function footerSaysBigEndian(footer: Buffer): boolean {
  return isSchemaBigEndian(footer, rootOf(footer), FIELD.footerSchema);
}

function isSchemaBigEndian(bytes: Buffer, table: TableAt, field: number): boolean {
  const schema = placeOf(bytes, table, field);
  if (schema === null) return false;
  const own = schema + bytes.readUInt32LE(schema);
  const said = placeOf(bytes, own, FIELD.endianness);
  return said !== null && bytes.readInt16LE(said) !== 0;
}

function rootOf(bytes: Buffer): TableAt {
  return bytes.readUInt32LE(0);
}

/** The byte of a field; null where the table leaves it out, since it has its default. */
function placeOf(bytes: Buffer, table: TableAt, field: number): number | null {
  const fields = table - bytes.readInt32LE(table);
  const entry = 4 + 2 * field;
  const isThere = entry + 2 <= bytes.readUInt16LE(fields);
  const offset = isThere ? bytes.readUInt16LE(fields + entry) : 0;
  return offset === 0 ? null : table + offset;
}
