/** How a kind of packed files begins, and what unpacks it. */
interface Packed {
  readonly magic: readonly number[];
  readonly tool: string;
}

/** The packings that files are known by. */
export const PACKED = {
  gzip: { magic: [0x1f, 0x8b, 0x08], tool: 'gzip -dk' },
  zstd: { magic: [0x28, 0xb5, 0x2f, 0xfd], tool: 'zstd -dk' },
  bzip2: { magic: [0x42, 0x5a, 0x68], tool: 'bzip2 -dk' },
  xz: { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], tool: 'xz -dk' },
  zip: { magic: [0x50, 0x4b, 0x03, 0x04], tool: 'unzip' },
} as const satisfies Readonly<Record<string, Packed>>;

/** Whether bytes begin as files of a packing do. */
export function isPackedBy({ magic }: Pick<Packed, 'magic'>, bytes: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}
