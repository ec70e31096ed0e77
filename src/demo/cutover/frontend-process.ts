import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildServer, startChildServer } from '../../load/floor/child-server.ts';
import type { FrontendOrder } from './frontend-child.ts';

/**
 * Starts the frontend in a process of its own.
 * @throws InfrastructureError where it does not start.
 */
export function startFrontend(order: FrontendOrder): Promise<ChildServer> {
  const extension = extname(fileURLToPath(import.meta.url));
  const module = new URL(`./frontend-child${extension}`, import.meta.url);
  return startChildServer(module, [JSON.stringify(order)]);
}
