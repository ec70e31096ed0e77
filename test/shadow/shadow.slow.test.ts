import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openRun } from '../../src/record/run/open-run.ts';
import { rescore } from '../../src/rescore.ts';
import { rescoreShadow } from '../../src/shadow/job/rescore-shadow.ts';
import { isBalanced } from '../../src/shadow/observe/request-tally.ts';
import { parseRule } from '../../src/traffic/redact/redactor.ts';
import {
  askMany,
  askThrough,
  expectedAnswer,
  idsFor,
  type Misbehaviour,
  startShadow,
  stubPair,
  texts,
} from './rig.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function rig(
  misbehave: () => Misbehaviour | null = () => null,
  settings: Parameters<typeof startShadow>[1] = {},
) {
  const runs = await mkdtemp(join(tmpdir(), 'shadow-'));
  const pair = await stubPair(misbehave);
  const running = await startShadow(pair, { runs, ...settings });
  ends.push(
    () => rm(runs, { recursive: true }),
    pair.incumbent.kill,
    pair.candidate.kill,
    running.stop,
  );
  return { pair, running, runs };
}

const settled = async (done: () => boolean) => {
  for (let tries = 0; tries < 400 && !done(); tries++) await sleep(10);
};

describe('a sound candidate', () => {
  it('is shown what users ask, after their answers, and passes; the record gives the same again', async () => {
    const { pair, running } = await rig(undefined, {
      plan: {
        again: 1,
        margins: {
          errors: 0.05,
          contract: 0.05,
          overlap: 0.05,
          rbo: 0.05,
          recall: 0.05,
          slow: 0.5,
        },
      },
      segments: { rows: 50, ageMs: 60_000 },
    });
    await fetch(`${running.url}/api/vectors/index`, { method: 'POST', body: '{"documents":[]}' });
    await fetch(`${running.url}/api/health`);
    await askThrough(running.url, 'x', '/vectors/hybrid?tenant=7');
    await fetch(`${running.url}/api/vectors/hybrid`, { method: 'POST', body: '{"no":"question"}' });
    const asked = texts(150);
    const answers = await askMany(running.url, asked);
    expect(answers).toEqual(asked.map(expectedAnswer));
    await settled(() => pair.asked.candidate >= 150);
    await sleep(100);
    const { findings, verdict, runFolder } = await running.stop();
    expect(findings.tally).toMatchObject({
      seen: 154,
      mirrored: 150,
      notReadOnly: 4,
      undecoded: 2,
      open: 0,
    });
    expect(isBalanced(findings.tally)).toBe(true);
    expect(pair.asked.writes).toBe(0);
    expect(verdict.verdict).toBe('pass');
    expect(verdict.notVerified).toEqual(['recall']);
    const again = await rescore(runFolder);
    expect(again.compared).toHaveLength(3);
    expect(again.differing).toEqual([]);
  });

  it('sees a share alone; the incumbent is asked again for a share of it', async () => {
    const { pair, running } = await rig(undefined, { plan: { sample: 0.25, again: 0.5 } });
    await askMany(running.url, texts(200));
    await settled(() => false === pair.asked.candidate < 20);
    await sleep(100);
    const { findings } = await running.stop();
    const { tally } = findings;
    expect(tally.seen).toBe(200);
    expect(tally.mirrored + tally.sampledOut).toBe(200);
    expect(tally.mirrored).toBeGreaterThan(20);
    expect(tally.mirrored).toBeLessThan(90);
    expect(pair.asked.incumbent).toBe(200 + tally.askedAgain);
    expect(tally.askedAgain).toBeLessThan(tally.mirrored);
  });
});

describe('whatever befalls the candidate, users get their bytes and the tally balance', () => {
  const cases: Readonly<Record<string, Misbehaviour>> = {
    hung: () => {},
    slow: (_, sound) => setTimeout(sound, 150),
    garbage: ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"results":[{"id":7}]');
    },
    'cut off': ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"resu');
      setTimeout(() => response.destroy(), 5);
    },
    failing: ({ response }) => response.writeHead(500).end(),
  };
  it.each(Object.keys(cases))('%s', async (name) => {
    const { running } = await rig(() => cases[name] ?? null, { queue: 20 });
    const asked = texts(120);
    expect(await askMany(running.url, asked)).toEqual(asked.map(expectedAnswer));
    const { findings, verdict } = await running.stop();
    expect(findings.tally.seen).toBe(120);
    expect(findings.tally.open).toBe(0);
    expect(isBalanced(findings.tally)).toBe(true);
    if (name !== 'slow' && name !== 'hung') expect(verdict.verdict).toBe('fail');
  });

  it('killed: fails by errors, is left alone, and tried again', async () => {
    const { pair, running } = await rig(undefined, {
      breaker: {
        answers: 20,
        failures: 0.5,
        loopDelayMs: 10_000,
        pauseMs: 100,
        longestPauseMs: 200,
      },
    });
    await askMany(running.url, texts(30));
    await pair.candidate.kill();
    const asked = texts(120, 1000);
    expect(await askMany(running.url, asked)).toEqual(asked.map(expectedAnswer));
    await settled(() => running.notes.some((note) => note.includes('off')));
    expect(running.notes.join('\n')).toContain('shadow off');
    await pair.candidate.restart();
    await sleep(250);
    for (const text of texts(20, 2000)) {
      await askThrough(running.url, text);
      await sleep(20);
    }
    expect(running.notes.join('\n')).toContain('shadow on');
    const { findings, verdict } = await running.stop();
    expect(findings.tally.dropped.off).toBeGreaterThan(0);
    expect(isBalanced(findings.tally)).toBe(true);
    expect(verdict).toMatchObject({ verdict: 'fail', exitCode: 1 });
    expect(verdict.failures[0]?.gate.name).toBe('errors');
  });

  it('a burst is dropped and counted, never queued without end', async () => {
    const { running } = await rig(() => (_, sound) => setTimeout(sound, 50), {
      queue: 5,
      concurrency: 1,
    });
    await askMany(running.url, texts(80), 8);
    const { findings } = await running.stop();
    expect(findings.tally.dropped.behind).toBeGreaterThan(40);
    expect(isBalanced(findings.tally)).toBe(true);
  });
});

describe('faults', () => {
  const faults: Readonly<Record<string, [wrong: Misbehaviour, gate: string]>> = {
    'documents are missing': [
      ({ text, response }) => {
        const rows = idsFor(text)
          .slice(0, 9)
          .map((id, rank) => ({ id, distance: rank / 20, corpus: 'workers' }));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ results: rows }));
      },
      'overlap',
    ],
    'another order': [
      ({ text, response }) => {
        const rows = idsFor(text)
          .reverse()
          .map((id, rank) => ({ id, distance: rank / 20, corpus: 'workers' }));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ results: rows }));
      },
      'rbo',
    ],
    duplicates: [
      ({ text, response }) => {
        const [first = '', ...rest] = idsFor(text);
        const rows = [first, first, ...rest]
          .slice(0, 10)
          .map((id, rank) => ({ id, distance: rank / 20, corpus: 'workers' }));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ results: rows }));
      },
      'contract',
    ],
  };
  it.each(Object.keys(faults))(
    '%s: noticed from traffic alone, in a run that ends by itself',
    async (name) => {
      const [wrong, gate] = faults[name] ?? [];
      const { running } = await rig(() => wrong ?? null, { untilDecided: true });
      let isOver = false;
      void running.ended.then(() => {
        isOver = true;
      });
      for (let from = 0; from < 2000 && !isOver; from += 20) {
        await askMany(running.url, texts(20, from)).catch(() => {});
      }
      const { status, verdict, exitCode } = await running.ended;
      expect([status, verdict.verdict, exitCode]).toEqual(['complete', 'fail', 1]);
      expect(verdict.failures.map((failure) => failure.gate.name)).toContain(gate);
    },
  );
});

describe('a restart', () => {
  it('goes on with its evidence; other versions start anew', async () => {
    const { pair, running, runs } = await rig(undefined, { segments: { rows: 10, ageMs: 60_000 } });
    await askMany(running.url, texts(60));
    await settled(() => pair.asked.candidate === 60);
    const first = await running.stop();
    const second = await startShadow(pair, { runs, resume: running.runFolder });
    ends.push(second.stop);
    await askMany(second.url, texts(40, 60));
    await settled(() => pair.asked.candidate === 100);
    const both = await second.stop();
    expect(both.runFolder).toBe(first.runFolder);
    expect(both.findings.evidence).toMatchObject({ rows: 100, needs: 100, expired: 0 });
    expect(both.findings.tally.seen).toBe(100);
    expect(isBalanced(both.findings.tally)).toBe(true);
    expect((await rescore(both.runFolder)).differing).toEqual([]);
  });
});

describe('a run that is killed', () => {
  it('has lost its open segment alone, and is gone on with', async () => {
    const { pair, running, runs } = await rig(undefined, { segments: { rows: 10, ageMs: 60_000 } });
    await askMany(running.url, texts(57));
    await settled(() => pair.asked.candidate === 57);
    await sleep(200);
    // What a kill leaves is what lies on the disk at some moment.
    const killed = join(runs, 'killed');
    await cp(running.runFolder, killed, { recursive: true });
    await running.stop();
    const { findings } = await rescoreShadow(await openRun(killed));
    expect(findings.evidence.rows).toBe(50);
    expect(isBalanced(findings.tally)).toBe(true);
    const second = await startShadow(pair, { runs, resume: killed });
    ends.push(second.stop);
    await askMany(second.url, texts(10, 100));
    await settled(() => pair.asked.candidate === 67);
    const both = await second.stop();
    expect(both.findings.evidence.rows).toBe(60);
    expect(isBalanced(both.findings.tally)).toBe(true);
    expect((await rescore(killed)).differing).toEqual([]);
  });
});

describe('what is shown and told', () => {
  it('a page, metrics and a webhook on loopback; not to a name of another site', async () => {
    const told: unknown[] = [];
    const hook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        told.push(JSON.parse(body));
        response.end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => hook.close(resolve)));
    const { running } = await rig(
      () =>
        ({ response }) =>
          void response.writeHead(500).end(),
      {
        pagePort: 0,
        webhook: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/secret-path`,
      },
    );
    await askMany(running.url, texts(40));
    await settled(() => told.length > 0);
    expect(told[0]).toMatchObject({ verdict: 'fail' });
    const page = await fetch(`${running.page}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('the candidate fails oftener');
    const metrics = await (await fetch(`${running.page}/metrics`)).text();
    expect(metrics).toContain('retrieval_parity_shadow_requests_seen_total 40');
    expect(metrics).toContain('retrieval_parity_shadow_verdict{state="fail"} 1');
    const json = await (await fetch(`${running.page}/verdict.json`)).json();
    expect(json).toMatchObject({ schema: 1, verdict: 'fail' });
    expect((await fetch(`${running.page}/other`)).status).toBe(404);
    expect((await fetch(`${running.page}/`, { method: 'POST' })).status).toBe(405);
    const { runFolder } = await running.stop();
    expect(await allTexts(runFolder)).not.toContain('secret-path');
  });
});

async function allTexts(below: string): Promise<string> {
  const entries = await readdir(below, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'));
  return (await Promise.all(read)).join('\n');
}

describe('planted personal data', () => {
  it('is in no file, page, metric or note; with texts left out no text is', async () => {
    const secrets = ['jane.doe@example.com', '217-555-0134', '4111 1111 1111 1111', 'B-123456'];
    for (const keepsTexts of [true, false]) {
      const { pair, running } = await rig(
        () =>
          ({ text, response }) => {
            // A backend that repeats what it was asked in its error.
            response.writeHead(500, { 'content-type': 'application/json' });
            response.end(JSON.stringify({ error: `cannot search ${text}` }));
          },
        { pagePort: 0, keepsTexts, redact: [parseRule('badge=\\bB-\\d{6}\\b')] },
      );
      for (const query of [`?token=hidden-query-token-1&mail=${secrets[0]}`, '']) {
        const response = await fetch(`${running.url}/api/vectors/hybrid${query}`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: 'Bearer hidden-header-token-1',
            'x-user': secrets[0] ?? '',
          },
          body: JSON.stringify({
            question: `welder ${secrets.join(' ')}`,
            index_name: 'workers',
            sql_filter: `mail = '${secrets[0]}' AND phone = '${secrets[1]}'`,
            top_k: 10,
          }),
        });
        await response.text();
      }
      await settled(() => pair.asked.candidate === 1);
      await sleep(50);
      const shown = await (await fetch(`${running.page}/`)).text();
      const metrics = await (await fetch(`${running.page}/metrics`)).text();
      const { runFolder, report } = await running.stop();
      const written = await allTexts(runFolder);
      const everything = [shown, metrics, report, written, ...running.notes].join('\n');
      for (const secret of [...secrets, 'hidden-query-token-1', 'hidden-header-token-1', 'jane']) {
        expect(everything).not.toContain(secret);
      }
      expect(written.includes('welder [email] [phone] [card] [badge]')).toBe(keepsTexts);
    }
  });
});
