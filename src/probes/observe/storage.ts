import { randomUUID } from 'node:crypto';
import type { Pair } from '../../observe/ask.ts';
import type { Side } from '../../record/types.ts';
import type { Backend, BackendStorage } from '../../wire/backend.ts';
import { pathOf, storageOf } from '../../wire/call.ts';
import type { StorageListResponse } from '../../wire/operations.ts';
import type { Outcome } from '../../wire/outcome.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { StorageRecord, StorageSeen } from '../record/services.ts';
import { answered } from './answered.ts';
import { digest, type PlannedStep, storageSteps } from './storage-steps.ts';

const MOST_PAGES = 1000;

/**
 * Carries out the storage steps on both sides in a namespace of its own, which is removed whatever
 * happens; what could not be removed is named.
 */
export async function observeStorage(
  pair: Pair,
  options: {
    readonly signal: AbortSignal;
    readonly onLeftBehind?: (keys: readonly string[]) => void;
  },
): Promise<StorageRecord> {
  const id = randomUUID();
  const namespace = `parity-probe-${id}/`;
  const planned = storageSteps(namespace, `parity-escape-${id}`);
  const answers: AnswerPair<StorageSeen>[] = [];
  let leftBehind: readonly string[] = [];
  try {
    for (const step of planned) {
      options.signal.throwIfAborted();
      answers.push({
        incumbent: await carryOut(pair.incumbent, step, namespace, options.signal),
        candidate: await carryOut(pair.candidate, step, namespace, options.signal),
      });
    }
  } finally {
    // Without the signal: Ctrl-C ends the probe, not its cleaning up.
    leftBehind = (
      await Promise.all(
        (['incumbent', 'candidate'] as const).map((side) =>
          cleanUp(pair[side], side, namespace, planned),
        ),
      )
    ).flat();
    if (leftBehind.length > 0) options.onLeftBehind?.(leftBehind);
  }
  return {
    probe: 'storage',
    incumbentPath: pathOf(pair.incumbent, 'storage'),
    candidatePath: pathOf(pair.candidate, 'storage'),
    namespace,
    steps: planned.map(({ step }) => step),
    answers,
    leftBehind,
  };
}

async function carryOut(
  backend: Backend,
  { step, key, bytes, range, pageSize }: PlannedStep,
  namespace: string,
  signal: AbortSignal,
): Promise<ProbeAnswer<StorageSeen>> {
  const storage = storageOf(backend);
  switch (step.action) {
    case 'put':
      return answered(
        await storage.put({ key, bytes: bytes ?? new Uint8Array(0) }, signal),
        () => ({}),
      );
    case 'get':
      return answered(
        await storage.get({ key, ...(range === undefined ? {} : { range }) }, signal),
        (value) => ({ bytes: { ...digest(value.bytes), partial: value.partial } }),
      );
    case 'delete':
      return answered(await storage.delete({ key }, signal), () => ({}));
    case 'list':
      return answered(await listAll(storage, key, pageSize, signal), ({ objects, cursor }) => ({
        keys: objects.map((object) => withoutPrefix(object.key, namespace)),
        sizes: objects.map(({ sizeBytes }) => sizeBytes),
        hasMore: cursor !== null,
      }));
  }
}

/** All pages of a listing as one; with a page size, a page that is longer than asked for ends the walk. */
async function listAll(
  storage: BackendStorage,
  prefix: string,
  limit: number | undefined,
  signal?: AbortSignal,
): Promise<Outcome<StorageListResponse>> {
  const objects: { key: string; sizeBytes: number | null }[] = [];
  let cursor: string | null = null;
  for (let page = 0; ; page++) {
    const outcome: Outcome<StorageListResponse> = await storage.list(
      {
        prefix,
        ...(limit === undefined ? {} : { limit }),
        ...(cursor === null ? {} : { cursor }),
      },
      signal,
    );
    if (outcome.kind !== 'ok') return outcome;
    objects.push(...outcome.value.objects);
    cursor = outcome.value.cursor;
    const isLong = limit !== undefined && outcome.value.objects.length > limit;
    if (cursor === null || isLong || page >= MOST_PAGES) {
      return { ...outcome, value: { objects, cursor } };
    }
  }
}

async function cleanUp(
  backend: Backend,
  side: Side,
  namespace: string,
  planned: readonly PlannedStep[],
): Promise<string[]> {
  const storage = storageOf(backend);
  const written = planned.filter(({ step }) => step.action === 'put').map(({ key }) => key);
  const aimedAt = planned.filter(({ step }) => step.mustMiss === true).map(({ key }) => key);
  const listed = await listAll(storage, namespace, undefined);
  const found = listed.kind === 'ok' ? listed.value.objects.map(({ key }) => key) : [];
  for (const key of new Set([...written, ...aimedAt, ...found])) await storage.delete({ key });
  const rest = await listAll(storage, namespace, undefined);
  if (rest.kind === 'unsupported') return [];
  if (rest.kind !== 'ok') return [`${side}: ${namespace} (listing failed: ${rest.detail})`];
  return rest.value.objects.map(({ key }) => `${side}: ${key}`);
}

function withoutPrefix(key: string, prefix: string): string {
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}
