import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { preflight } from '../../src/observe/preflight/preflight.ts';
import type { Dialect } from '../../src/wire/dialect.ts';
import { connect, serve } from './loopback.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENTS = Array.from({ length: 5 }, (_, at) => ({
  id: String(at),
  text: `text ${at}`,
  metadata: {},
}));

/** The code that the documentation shows under a heading. */
async function codeOf(heading: string): Promise<string> {
  const text = await readFile(join(ROOT, 'docs/dialects.md'), 'utf8');
  const section = text.slice(text.indexOf(`## ${heading}`));
  return /```ts\n(.*?)```/s.exec(section)?.[1] ?? '';
}

async function moduleOf(code: string): Promise<Record<string, () => Dialect>> {
  const folder = await mkdtemp(join(tmpdir(), 'docs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'module.ts');
  await writeFile(
    path,
    code.replace("'retrieval-parity'", JSON.stringify(join(ROOT, 'src/index.ts'))),
  );
  return (await import(pathToFileURL(path).href)) as Record<string, () => Dialect>;
}

describe('the dialect that the documentation shows', () => {
  it('passes preflight on a server that gives numeric ids and distances', async () => {
    const code = await codeOf('Writing a dialect');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(30);
    const { mine } = await moduleOf(code);
    if (mine === undefined) throw new Error('the documentation shows no dialect');
    const { url, received } = await serve(({ path, json }, response) => {
      if (path === '/ready') return response.end();
      const { limit } = json as { limit: number };
      const rows = DOCUMENTS.slice(0, limit).map((_, at) => ({ id: at, distance: at / 10 }));
      response.end(JSON.stringify({ rows }));
    });
    const backend = connect({ url, dialect: mine() });
    const asked = preflight(
      { incumbent: backend, candidate: backend },
      {
        collections: [{ name: 'workers', documents: DOCUMENTS }],
        operations: ['search'],
        embeds: [],
        k: 4,
        model: null,
        signal: new AbortController().signal,
      },
    );
    await expect(asked).resolves.toMatchObject({ candidate: { service: 'mine' } });
    expect(received.at(-1)).toMatchObject({
      path: '/query/workers',
      json: { q: 'text 0', limit: 4 },
    });
  });
});
