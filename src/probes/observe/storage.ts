import { randomUUID } from 'node:crypto';
import type { Pair } from '../../observe/ask.ts';
import type { Side } from '../../record/types.ts';
import type { Backend, BackendStorage } from '../../wire/backend.ts';
import { pathOf, storageOf } from '../../wire/call.ts';
import type { StorageListResponse } from '../../wire/operations.ts';
import type { Outcome } from '../../wire/outcome.ts';
import { isRefusal } from '../find/compare-answers.ts';
import type { AnswerPair, ProbeAnswer } from '../record/answer.ts';
import type { StorageRecord, StorageSeen } from '../record/services.ts';
import { answered } from './answered.ts';
import { isOwnKey } from './own-key.ts';
import { digest, type PlannedStep, storageSteps } from './storage-steps.ts';

/** A step that was sent, with its answer where one came. */
type SentStep = PlannedStep & { readonly answer: ProbeAnswer<StorageSeen> | undefined };

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
  const outside = `parity-escape-${id}`;
  const planned = storageSteps(namespace, outside);
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
          cleanUp(pair[side], {
            side,
            namespace,
            outside,
            sent: planned
              .slice(0, answers.length + 1)
              .map((sent, at) => ({ ...sent, answer: answers[at]?.[side] })),
          }),
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

/**
 * Removes what a side may have taken, and nothing that could be of others: a backend that joins paths
 * and removes folders would lose all it holds by `..`, and one that passes over the prefix of a listing
 * lists the keys of others.
 */
async function cleanUp(
  backend: Backend,
  {
    side,
    namespace,
    outside,
    sent,
  }: {
    readonly side: Side;
    readonly namespace: string;
    readonly outside: string;
    readonly sent: readonly SentStep[];
  },
): Promise<string[]> {
  const storage = storageOf(backend);
  const list = async (): Promise<Outcome<string[]>> => {
    const listed = await listAll(storage, namespace, undefined);
    if (listed.kind !== 'ok') return listed;
    const keys = listed.value.objects.map(({ key }) => key);
    return { ...listed, value: keys.filter((key) => key.startsWith(namespace)) };
  };
  const isOwn = (key: string): boolean => isOwnKey(key, namespace, outside);
  const puts = sent.filter(({ step }) => step.action === 'put');
  const written = puts.filter(({ answer }) => answer === undefined || !isRefusal(answer));
  const taken = written.filter(({ answer }) => answer?.outcome === 'ok').map(({ key }) => key);
  const listed = await list();
  const found = listed.kind === 'ok' ? listed.value : [];
  const own = new Set([...written.map(({ key }) => key), ...found].filter(isOwn));
  if (written.length > 0) own.add(outside);
  for (const key of own) await storage.delete({ key });
  const rest = await list();
  if (rest.kind === 'unsupported') return [];
  const left = rest.kind === 'ok' ? rest.value : [`${namespace} (listing failed: ${rest.detail})`];
  const strays = taken.filter((key) => !isOwn(key) && !left.includes(key));
  return [...left, ...strays.map((key) => `${key} (taken, and not removed)`)].map(
    (line) => `${side}: ${line}`,
  );
}

function withoutPrefix(key: string, prefix: string): string {
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}
