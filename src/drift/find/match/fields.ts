import { pathKey, valueAt } from '../../../wire/field-mapping.ts';

/** The lists of objects and the other fields of some responses, by path. */
export interface Fields {
  readonly scalars: readonly string[];
  readonly lists: readonly string[];
}

const DEPTH = 6;

/** Path patterns of the bodies: objects are gone into, lists of objects are named, everything else is one field. */
export function fieldsOf(bodies: readonly unknown[]): Fields {
  const scalars = new Set<string>();
  const lists = new Set<string>();
  const visit = (value: unknown, path: string, depth: number): void => {
    if (isObjects(value)) {
      lists.add(path);
    } else if (isObject(value) && depth < DEPTH && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) {
        visit(inner, path === '' ? pathKey(key) : `${path}.${pathKey(key)}`, depth + 1);
      }
    } else if (path !== '' || value !== undefined) scalars.add(path);
  };
  for (const body of bodies) visit(body, '', 0);
  // A list that was empty at times is still a list.
  for (const path of lists) scalars.delete(path);
  return { scalars: [...scalars], lists: [...lists] };
}

/** Paths below the elements of a list; a list within an element is one field. */
export function elementFields(bodies: readonly unknown[], list: string): string[] {
  const { scalars, lists } = fieldsOf(bodies.flatMap((body) => elementsAt(body, list)));
  return [...scalars, ...lists];
}

/** The objects of a list; empty where it is none. */
export function elementsAt(body: unknown, list: string): unknown[] {
  const value = valueAt(body, list);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObjects(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
