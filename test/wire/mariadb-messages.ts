import { int } from './postgres-messages.ts';

const littleEndian = (value: number): Buffer => int(value).reverse();

/** A packet of MariaDB. */
export function packet(
  sequence: number,
  ...parts: readonly (string | readonly number[] | Buffer)[]
): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([littleEndian(body.length).subarray(0, 3), Buffer.from([sequence]), body]);
}

/** What a server can: protocol 4.1, TLS, long passwords, named ways to log in. */
const CAPABILITIES = (1 << 0) | (1 << 9) | (1 << 11) | (1 << 15) | (1 << 19);

/** The first packet of a MariaDB server that takes TLS, and proves its own certificate by the password (≥ 11.4.1). */
export const GREETING_OF_TLS = packet(
  0,
  '\x0a5.5.5-11.8.2-MariaDB\0',
  littleEndian(7),
  'seedseed\0',
  littleEndian(CAPABILITIES).subarray(0, 2),
  [45, 2, 0],
  littleEndian(CAPABILITIES).subarray(2),
  [21],
  Buffer.alloc(10),
  'seedseedseed\0mysql_native_password\0',
);

/** Length of a client's request for TLS, with its head of four bytes. */
export const TLS_REQUEST_BYTES = 36;
