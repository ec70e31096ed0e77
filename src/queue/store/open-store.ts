import { resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { folderStore } from './folder-store.ts';
import { s3Store } from './s3-store.ts';
import type { SharedStore } from './shared-store.ts';

/** Where a store is said to be, and what surrounds the command. */
export interface StoreAddress {
  /** A folder, or `s3://BUCKET[/PREFIX]`. */
  readonly address: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Opens a store. @throws UsageError for an address that is neither a folder nor a bucket */
export async function openStore({ address, cwd, env }: StoreAddress): Promise<SharedStore> {
  if (address.startsWith('s3://')) return await s3Store(address, env);
  if (address !== '' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) {
    return folderStore(resolve(cwd, address));
  }
  throw new UsageError('store-address', `${JSON.stringify(address)} is no store`, {
    hint: 'give a folder that every machine sees, or s3://BUCKET/PREFIX',
  });
}
