import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Config } from '../../src/config/resolve.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { manifestFor } from '../../src/observe/run-manifest.ts';
import { createRun } from '../../src/record/run/run-folder.ts';
import { HELD_BY, requireSameBeginning } from '../../src/retrieve/measure/same-settings.ts';
import { retrieve } from '../../src/retrieve/retrieve.ts';
import { exactSearch, inProcessBackend, inProcessWorld } from '../support/in-process.ts';
import { STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

const URLS = { incumbent: 'http://127.0.0.1:9', candidate: 'http://127.0.0.1:10' };

/** A run that was killed when it had said what it is. */
async function begun(changes: Parameters<typeof stubConfig>[2] = {}) {
  const config = await stubConfig(STUB_DOCUMENTS, URLS, changes);
  const corpus = await loadCorpus(config.corpus);
  const silent = { service: null, version: null, model: null, dimension: null };
  const backend = inProcessBackend({ vectorOf: () => new Float32Array() } as never, () => []);
  const writer = await createRun({ parentFolder: config.runs });
  await writer.describe(
    await manifestFor({
      ...{ kind: 'retrieve', config, corpus, status: 'interrupted', salt: 'of that run' },
      backends: { incumbent: backend, candidate: backend },
      descriptions: { incumbent: silent, candidate: silent },
    }),
  );
  await writer.leave();
  const goOn = (now: Partial<Config>) =>
    requireSameBeginning(writer.folder, { config: { ...config, ...now }, corpus });
  return { config, corpus, folder: writer.folder, goOn };
}

it('says of every key of a configuration whether it may be another one where a run is gone on with', async () => {
  const { config } = await begun();
  expect(Object.keys(config).filter((key) => !(key in HELD_BY))).toEqual([]);
  const { candidate } = HELD_BY;
  expect(Object.keys(config.candidate).filter((key) => !(key in candidate))).toEqual([]);
});

it('goes on by the settings that a run was begun with, by whatever path and with whatever token', async () => {
  const { goOn, config } = await begun({
    model: 'one',
    gates: { slices: { 'password-reset': { recall: { margin: 0.9 } } } },
  });
  await goOn({});
  await goOn({ runs: '/elsewhere', force: true, quick: true, encoder: '/moved' });
  await goOn({ candidate: { ...config.candidate, headers: { authorization: 'renewed' } } });
});

it('refuses other settings, a pace, another side, and another corpus by name', async () => {
  const { goOn, config, corpus, folder } = await begun({ equalRecall: 0.95, model: 'one' });
  const { equalRecall: _, ...without } = config;
  const begunWith = { folder, corpus };
  const refused = (now: Config, { corpus: asked } = begunWith) =>
    expect(requireSameBeginning(folder, { config: now, corpus: asked })).rejects;
  const named = (setting: string) => ({ code: 'resume-config', exitCode: 2, context: { setting } });
  await refused(without).toMatchObject({
    ...named('equalRecall'),
    message: `${folder} was begun with other settings of equalRecall`,
  });
  await refused({ ...config, model: 'other' }).toMatchObject(named('model'));
  await refused({ ...config, rebuild: 5 }).toMatchObject(named('rebuild'));
  await refused({ ...config, ingest: 'always' }).toMatchObject(named('ingest'));
  await refused({ ...config, gates: { recall: { margin: 0.5 } } }).toMatchObject(named('gates'));
  const paced = { ...config, candidate: { ...config.candidate, pace: 5 } };
  await refused(paced).toMatchObject(named('candidate.pace'));
  const other = { ...config.candidate, url: 'http://127.0.0.1:11' };
  await refused({ ...config, candidate: other }).toMatchObject({ code: 'resume-sides' });
  await writeFile(join(config.corpus, 'judgments.tsv'), 'q-1\tstock/d-3\t1\n');
  const changed = await loadCorpus(config.corpus);
  await refused(config, { folder, corpus: changed }).toMatchObject({ code: 'resume-plan' });
  await goOn({});
});

it('puts documents into nothing of a run that it refuses, and not again into what a run has filled', async () => {
  const world = await inProcessWorld({ documents: 30, needs: 20, seed: 1 });
  const side = () => {
    const backend = inProcessBackend(world, exactSearch(world));
    const { capabilities } = backend;
    const store = { count: 0, requests: 0, isEnough: () => {} };
    const unknown = {
      ...{ indexedCount: null, dimension: null, distance: null, index: null },
      ...{ quantisation: null, parameters: {}, serverVersion: null },
    };
    const ok = <Value>(value: Value) => ({
      ...{ kind: 'ok' as const, value, status: 200, sizeBytes: 0 },
      timing: { startedMs: 0, endedMs: 1 },
    });
    const filled: typeof backend = {
      ...backend,
      capabilities: {
        ...capabilities,
        ingest: 'texts',
        operations: { ...capabilities.operations, describe: 'd', ingest: 'i' },
      },
      describe: async () => ok({ ...unknown, count: store.count }),
      ingest: async ({ documents }) => {
        store.requests += 1;
        store.count += documents.length;
        return ok({ accepted: documents.length });
      },
      search: async (request, signal) => {
        store.isEnough();
        return (await backend.search?.(request, signal)) ?? Promise.reject(new Error('no search'));
      },
    };
    return { store, backend: filled };
  };
  const [incumbent, candidate, other] = [side(), side(), side()];
  const base = await stubConfig(STUB_DOCUMENTS, URLS, {
    operations: ['search'],
    ingest: 'always',
    gates: { recall: { margin: 0.3 }, errors: { margin: 0.3 }, ndcg: false },
  });
  const config: Config = {
    ...{ ...base, corpus: world.folder },
    incumbent: { ...base.incumbent, url: null, backend: incumbent.backend },
    candidate: { ...base.candidate, url: null, backend: candidate.backend },
  };
  const stop = new AbortController();
  candidate.store.isEnough = () => stop.abort(new Error('interrupted'));
  const { runFolder } = await retrieve(config, { signal: stop.signal });
  candidate.store.isEnough = () => {};
  if (runFolder === null) throw new Error('no run');

  const changed = { ...config.candidate, backend: { ...other.backend, fingerprint: 'other@1' } };
  await expect(
    retrieve({ ...config, candidate: changed }, { resume: runFolder }),
  ).rejects.toMatchObject({ code: 'resume-sides' });
  expect(other.store.requests).toBe(0);

  const whole = await retrieve(config, { resume: runFolder });
  expect(whole.status).toBe('complete');
  expect([incumbent.store.requests, candidate.store.requests]).toEqual([1, 1]);
});
