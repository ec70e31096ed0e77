import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { parseFault } from '../../src/demo/gateway/faults/parse.ts';
import { type GatewayPair, startPair } from '../../src/demo/gateway/pair.ts';
import type { StoredVerdict } from '../../src/gate/stored-verdict.ts';
import type { StoredFindings } from '../../src/parity/stored-findings.ts';
import { bufferIo } from '../support/buffer-io.ts';

const CORPORA = join(import.meta.dirname, '../../corpora');

describe('bench retrieve --sequential', () => {
  let runs = '';
  let pair: GatewayPair;
  beforeAll(async () => {
    runs = await mkdtemp(join(tmpdir(), 'sequential-'));
    pair = await startPair({
      corpusFolder: join(CORPORA, 'workers-200'),
      encoderFolder: join(CORPORA, 'encoder'),
      faults: [parseFault('drop:0.1', 1)],
    });
  });
  afterAll(async () => {
    await pair.stop();
    await rm(runs, { recursive: true });
  });

  it('stops at a loss, says after how many needs, and is judged the same again', async () => {
    const io = bufferIo({
      cwd: runs,
      env: { RUST_LAKEHOUSE_URL: pair.incumbentUrl, GO_LAKEHOUSE_URL: pair.candidateUrl },
    });
    const code = await main(
      [
        'retrieve',
        '--sequential',
        '--json',
        '--runs',
        runs,
        '--set',
        'latency={"blockPairs":0}',
        '--set',
        'throughput={"requestsPerSlice":0}',
      ],
      io,
    );
    expect(code).toBe(1);
    const { run, verdict, findings } = JSON.parse(io.out()) as {
      run: string;
      verdict: StoredVerdict;
      findings: StoredFindings;
    };
    expect(io.err()).toMatch(/sequential: search: \S+ fails after \d+ needs/);
    expect(verdict.sentence).toMatch(/Sequential: search stopped after \d+ of 780 needs/);
    for (const { needs, planned } of findings.cells) {
      expect(needs).toBeLessThan((planned?.needs ?? 0) / 2);
    }
    const recall = verdict.gates.find((gate) => gate.name === 'recall@10');
    expect(recall?.n).toBeLessThanOrEqual(findings.cells[0]?.needs ?? 0);
    const again = bufferIo({ cwd: runs });
    expect(await main(['rescore', run, '--json'], again)).toBe(0);
    expect((JSON.parse(again.out()) as { verdict: StoredVerdict }).verdict).toEqual(verdict);
    expect(again.err()).toContain('equal to the stored ones to the byte');
  });

  it('refuses a margin that so many needs can never pass in sequence', async () => {
    const io = bufferIo({ cwd: runs });
    expect(await main(['retrieve', '--sequential', '--gates.recall.margin=0.004'], io)).toBe(2);
    expect(io.err()).toMatch(
      /780 needs of search can never show so little in sequence; \d+ are needed/,
    );
  });
});
