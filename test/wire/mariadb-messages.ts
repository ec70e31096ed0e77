import { int } from './postgres-messages.ts';

const littleEndian = (value: number): Buffer => int(value).reverse();

/** What a server can: protocol 4.1, TLS, long passwords, named ways to log in. */
const CAPABILITIES = (1 << 0) | (1 << 9) | (1 << 11) | (1 << 15) | (1 << 19);

const BODY = Buffer.concat([
  Buffer.from('\x0a5.5.5-11.8.2-MariaDB\0'),
  littleEndian(7),
  Buffer.from('seedseed\0'),
  littleEndian(CAPABILITIES).subarray(0, 2),
  Buffer.from([45, 2, 0]),
  littleEndian(CAPABILITIES).subarray(2),
  Buffer.from([21]),
  Buffer.alloc(10),
  Buffer.from('seedseedseed\0mysql_native_password\0'),
]);

/** The first packet of a MariaDB server that takes TLS, and proves its own certificate by the password (≥ 11.4.1). */
export const GREETING_OF_TLS = Buffer.concat([
  littleEndian(BODY.length).subarray(0, 3),
  Buffer.from([0]),
  BODY,
]);

/** Length of a client's request for TLS, with its head of four bytes. */
export const TLS_REQUEST_BYTES = 36;
