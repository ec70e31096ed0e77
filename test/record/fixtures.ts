import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ManifestInput } from '../../src/record/run/manifest.ts';

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'record-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a caller says when a run is finished. */
export function manifestInput(changes: Partial<ManifestInput> = {}): ManifestInput {
  const backend = {
    url: 'http://127.0.0.1:3100',
    service: 'gateway',
    version: '1.0.0',
    model: 'demo',
    dimension: 4,
  };
  return {
    toolVersion: '0.1.0',
    status: 'complete',
    corpus: {
      name: 'small',
      hashes: { documents: { workers: 'a' }, queries: 'b', judgments: 'c' },
    },
    config: { k: 10 },
    dialects: { incumbent: 'rust@1', candidate: 'go@1' },
    backends: { incumbent: backend, candidate: backend },
    machine: { cpuModel: 'some', cores: 2, memoryGb: 8, platform: 'linux' },
    versions: { node: '24.0.0', libraries: {} },
    seeds: { order: 1 },
    ...changes,
  };
}
