import { sha256Hex } from '../../record/files/write-whole.ts';
import { decodeLists, encodeLists } from '../../truth/plan/list-codec.ts';
import { decodePlan, encodePlan, type TruthPlan } from '../../truth/plan/plan.ts';
import type { TruthList } from '../../truth/types.ts';
import { readSealed, type SharedStore, seal } from '../store/shared-store.ts';
import { readHashed } from '../work/hashed-object.ts';
import { refusedJob } from '../work/jobs.ts';

/** Lists that were read from the store. */
export interface StoredLists {
  readonly lists: readonly TruthList[];
  readonly sha256: string;
}

/** The lists of that name; null where there are none. Damaged ones are taken away, to be made again. */
export async function readStoredLists(
  store: SharedStore,
  id: string,
  count: number,
): Promise<StoredLists | null> {
  const found = await readSealed(store, { kind: 'lists', hash: id });
  if (found === null) return null;
  return { lists: decodeLists(found.bytes, count), sha256: found.sha256 };
}

/** Keeps lists under their name. @returns the sha256 of their bytes */
export async function writeStoredLists(
  store: SharedStore,
  id: string,
  lists: readonly TruthList[],
): Promise<string> {
  const bytes = encodeLists(lists);
  await store.putOnce({ kind: 'lists', hash: id }, seal(bytes));
  return sha256Hex(bytes);
}

/** Keeps a plan under the sha256 of its bytes, which is returned. */
export async function writePlan(store: SharedStore, plan: TruthPlan): Promise<string> {
  const bytes = encodePlan(plan);
  const hash = sha256Hex(bytes);
  await store.putOnce({ kind: 'plans', hash }, bytes);
  return hash;
}

/** @throws UsageError `job-refused` for a plan that is not there, is another, or is out of bounds. */
export async function readPlan(store: SharedStore, hash: string): Promise<TruthPlan> {
  const bytes = await readHashed(store, { kind: 'plans', hash }, 'plan');
  try {
    return decodePlan(bytes);
  } catch {
    throw refusedJob(`plan ${hash} is out of bounds, or no plan`);
  }
}
