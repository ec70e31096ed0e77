import { z } from 'zod';
import type { ReceivedRequest } from '../dialect.ts';

/** Whether a request is a POST to a path without a query string, which might narrow what is asked. */
export function isPost({ method, path }: ReceivedRequest, wanted: string): boolean {
  return method === 'POST' && path === wanted;
}

/**
 * A body of which every member is read: another one (a tenant, a page, a least score) makes another question. What says
 * nothing is let pass: null, and an offset of 0.
 */
export function wholeBody<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object({ offset: z.literal(0).nullish(), ...shape }).catchall(z.null());
}

/** A target without its query string. */
export function pathOnly(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
