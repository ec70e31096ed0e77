import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UserConfig } from '../../src/config/schema.ts';
import { load } from '../../src/load/job/load.ts';
import { LOAD_DEFAULTS, type LoadPlan } from '../../src/load/plan.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { rescore } from '../../src/rescore.ts';
import { type StubQuirks, stubGateway } from '../support/stub-gateway.ts';
import { notes, STUB_DOCUMENTS, stubConfig } from '../support/stub-run.ts';

/** As little as gives every kind of record. */
const SMALL: LoadPlan = {
  ...LOAD_DEFAULTS,
  rates: [300],
  pairCount: 2,
  requestsPerBlock: 40,
  discardPerBlock: 4,
  warmUpMs: 50,
  // Precise pacing spins, and the gateway is in this process.
  pace: 'eco',
};

interface Sides {
  readonly incumbent?: StubQuirks;
  readonly candidate?: StubQuirks;
}

async function loaded(sides: Sides, plan: Partial<LoadPlan> = {}, changes: UserConfig = {}) {
  const incumbent = await stubGateway(STUB_DOCUMENTS, sides.incumbent);
  const candidate = await stubGateway(STUB_DOCUMENTS, sides.candidate);
  const urls = { incumbent: incumbent.url, candidate: candidate.url };
  const config = await stubConfig(STUB_DOCUMENTS, urls, changes);
  const progress = notes();
  const done = load(config, { plan: { ...SMALL, ...plan }, progress });
  return { done, incumbent, candidate, lines: progress.lines };
}

/** A load that came so far that there is something to judge. */
async function judged(sides: Sides, plan: Partial<LoadPlan> = {}) {
  const { done, ...rest } = await loaded(sides, plan);
  const result = await done;
  if (result.verdict === null) throw new Error('interrupted');
  return { result, ...rest };
}

const retrieved = (requests: readonly { readonly path: string }[]) =>
  requests.filter(({ path }) => path === '/vectors/hybrid').length;

describe('a load', () => {
  it('is derived again from its record, equal to the byte, and shows a figure that was changed', async () => {
    const { result } = await judged({}, { ramp: RAMP });
    const { runFolder, findings, report } = result;
    expect(findings.rungs[0]?.sides.map(({ recall }) => recall)).toEqual([1, 1]);
    expect(findings.ramp?.passes).toHaveLength(4);
    expect(await readFile(join(runFolder, 'report.md'), 'utf8')).toBe(renderMarkdown(report));
    expect(await rescore(runFolder)).toMatchObject({
      kind: 'load',
      compared: ['findings.json', 'verdict.json', 'report.md'],
      differing: [],
      exitCode: 0,
    });
    const path = join(runFolder, 'findings.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"queryCount": 20', '"queryCount": 21'));
    expect(await rescore(runFolder)).toMatchObject({ differing: ['findings.json'], exitCode: 1 });
    await writeFile(path, text);

    // A rate of which a part is gone is left out, never read as a whole one.
    await rm(join(runFolder, 'observations/rate-01-self.arrow'));
    const { reader, findings: rest } = await rescore(runFolder);
    expect(reader.lost).not.toEqual([]);
    expect(rest).toMatchObject({ rungs: [], ramp: { passes: { length: 4 } } });
  });

  it('of requests that all fail shows how they ended, and no latency and no ratio', async () => {
    const { result } = await judged({ candidate: { forbidsAfter: 12 } }, { recall: false });
    const [rung] = result.findings.rungs;
    expect(rung?.sides[0].summary?.response.p95Ms).toBeGreaterThan(0);
    expect(rung?.sides[1]).toMatchObject({
      summary: null,
      failed: { okCount: 0, scheduled: 80, ends: [{ outcome: 'http', status: 403, count: 80 }] },
    });
    const text = renderMarkdown(result.report);
    expect(text).toContain('300/s, candidate: 0 of 80 answered: http 403 × 80; no latency.');
    expect(text).not.toMatch(/^\| +300 \| candidate \|.* ms/m);
    expect(rung?.ratios).toEqual([]);
  });

  it('fails a candidate that gives answers which belong to other requests, without any objective', async () => {
    const { result } = await judged({ candidate: { mixesUp: true } });
    const foreign = result.findings.rungs[0]?.facts.foreign;
    expect(foreign?.incumbent).toBe(0);
    expect(foreign?.candidate).toBeGreaterThan(0);
    expect(result.exitCode).toBe(1);
  });

  it('keeps what was measured where something fails late', async () => {
    const incumbent = await stubGateway(STUB_DOCUMENTS);
    const candidate = await stubGateway(STUB_DOCUMENTS);
    const urls = { incumbent: incumbent.url, candidate: candidate.url };
    const config = await stubConfig(STUB_DOCUMENTS, urls, { gates: { p99: { maxMs: 10_000 } } });
    const stage = (name: string) => {
      if (name.startsWith('310')) void candidate.stop();
    };
    const plan = { ...SMALL, rates: [300, 310], recall: false };
    const result = await load(config, { plan, progress: { ...notes(), stage } });
    expect(result).toMatchObject({
      status: 'failed',
      exitCode: 4,
      error: { code: 'load-unreachable' },
      findings: { rungs: [{ ratePerSecond: 300 }] },
      // Not every rate was measured.
      verdict: { exitCode: 3 },
    });
    const rescored = await rescore(result.runFolder ?? '');
    expect([rescored.differing, rescored.exitCode]).toEqual([[], 0]);
  });
});

/** Texts that nobody asked before end in a large number. */
const isOurs = (text: string) => /\d{5,}$/.test(text);
const RAMP = { fromPerSecond: 200, toPerSecond: 300, durationMs: 200 };

describe('before the first timed request of a load', () => {
  it('a side that refuses texts of our own is named, and such texts are left out', async () => {
    const { result, lines } = await judged(
      { candidate: { refuses: isOurs } },
      { rates: null, ramp: RAMP, recall: false },
    );
    expect(lines).toContain(
      'the candidate does not answer a text of our own: texts never asked before are left out',
    );
    expect(result.findings.nonces).toEqual([]);
  });

  it('an incumbent that does not embed texts of our own is named, and only their recall is left out', async () => {
    const { result, lines } = await judged({ incumbent: { failsOn: isOurs } });
    expect(lines).toContainEqual(
      expect.stringMatching(
        /no embedding of nonce-.* recall of texts never asked before is left out$/,
      ),
    );
    expect(result.findings.nonces.map(({ answered, recall }) => [answered, recall])).toEqual([
      [3, null],
      [3, null],
    ]);
  });

  it('truth that cannot be computed ends it', async () => {
    const { done, candidate } = await loaded({ incumbent: { failsOn: () => true } });
    await expect(done).rejects.toThrow(/embed/);
    expect(retrieved(candidate.received)).toBe(0);
  });
});
