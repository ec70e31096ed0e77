import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.ts';
import { connectSide, describedSide, sideFingerprint } from '../../src/config/side.ts';
import type { Backend } from '../../src/wire/backend.ts';
import { capabilitiesOf } from '../../src/wire/capabilities.ts';
import { rustLakehouse } from '../../src/wire/lakehouse/rust-lakehouse.ts';
import { unsupported } from '../../src/wire/outcome.ts';

const URL = 'http://127.0.0.1:1';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

describe('the resolved configuration', () => {
  it('refuses a key called __proto__, which would be left out without a word', async () => {
    const path = join(cwd, 'proto.json');
    await writeFile(path, '{ "incumbent": { "headers": { "__proto__": "x" } } }');
    await expect(resolveConfig({ cwd, env: {}, configPath: path, flags: [] })).rejects.toThrow(
      `${path}: an object has the key "__proto__"`,
    );
  });

  it('takes flags over environment over file over defaults, and knows where each value came from', async () => {
    const path = join(cwd, 'layers.json');
    await writeFile(path, JSON.stringify({ k: 20, model: 'file', seed: 3 }));
    const { config, origins } = await resolveConfig({
      cwd,
      env: { MODEL: 'env' },
      configPath: path,
      flags: [{ origin: '--seed', value: { seed: 4 } }],
    });
    expect([config.k, config.model, config.seed]).toEqual([20, 'env', 4]);
    expect(origins.get('k')).toBe(path);
    expect(origins.get('model')).toBe('MODEL');
    expect(origins.get('seed')).toBe('--seed');
    expect(origins.get('gates.recall.margin')).toBe('default');
  });

  it('is quick with --quick, whatever the file says, unless a flag says otherwise', async () => {
    const path = join(cwd, 'quick.json');
    await writeFile(path, JSON.stringify({ quality: { maxNeeds: 900 } }));
    const quick = await resolveConfig({ cwd, env: {}, configPath: path, quick: true });
    expect(quick.config.quality.maxNeeds).toBe(100);
    const flagged = await resolveConfig({
      cwd,
      env: {},
      quick: true,
      flags: [{ origin: '--set', value: { quality: { maxNeeds: 7 } } }],
    });
    expect(flagged.config.quality.maxNeeds).toBe(7);
  });

  it.each([false, null])(
    'switches a gate off by %s, and on again by a later layer',
    async (off) => {
      const path = join(cwd, 'off.json');
      const gates = { ndcg: off, 'recall@1': off, cells: { search: { recall: off } }, errors: off };
      await writeFile(path, JSON.stringify({ gates }));
      const { config } = await resolveConfig({ cwd, env: {}, configPath: path });
      expect(config.gates.ndcg).toBeUndefined();
      expect(config.gates.recall).toEqual({ margin: 0.005 });
      expect(config.gates.off).toEqual(['cells.search.recall', 'errors', 'ndcg', 'recall@1']);
      const again = await resolveConfig({
        cwd,
        env: {},
        configPath: path,
        flags: [{ origin: '--set', value: { gates: { ndcg: { margin: 0.2 } } } }],
      });
      expect(again.config.gates.ndcg).toEqual({ margin: 0.2 });
      expect(again.config.gates.off).not.toContain('ndcg');
    },
  );

  it.each(['{"a":', '['])('refuses a file that nests %s thousands of times', async (open) => {
    const path = join(cwd, 'deep.json');
    await writeFile(path, open.repeat(20_000));
    await expect(resolveConfig({ cwd, env: {}, configPath: path })).rejects.toMatchObject({
      code: 'config-json',
      message: `${path}: lists and objects are nested deeper than 128`,
    });
  });

  it('names the nearest known key inside a gate', async () => {
    const path = join(cwd, 'inside.json');
    await writeFile(path, JSON.stringify({ gates: { ndcg: { margn: 0.1 } } }));
    await expect(resolveConfig({ cwd, env: {}, configPath: path })).rejects.toMatchObject({
      message: `${path}: unknown key gates.ndcg.margn`,
      hint: 'did you mean gates.ndcg.margin?',
    });
  });

  it('names the nearest known key for an unknown one', async () => {
    const path = join(cwd, 'typo.json');
    await writeFile(path, JSON.stringify({ gates: { recal: { margin: 0.1 } } }));
    await expect(resolveConfig({ cwd, env: {}, configPath: path })).rejects.toMatchObject({
      message: `${path}: unknown key gates.recal`,
      hint: 'did you mean gates.recall?',
      exitCode: 2,
    });
  });

  it.each([
    ['a margin above 1', { gates: { recall: { margin: 2 } } }, /gates\.recall\.margin/],
    ['k of 0', { k: 0 }, /: k: /],
    ['text for a number', { k: 'ten' }, /: k: /],
    ['a made-up dialect', { incumbent: { dialect: 'perl' } }, /incumbent\.dialect/],
  ])('refuses %s and names the key', async (_, value, message) => {
    const path = join(cwd, 'wrong.json');
    await writeFile(path, JSON.stringify(value));
    await expect(resolveConfig({ cwd, env: {}, configPath: path })).rejects.toThrow(message);
  });

  it.each([
    [{ RUST_LAKEHOUSE_URL: 'http://127.0.0.1:3100' }, 'candidate', 'GO_LAKEHOUSE_URL'],
    [{ GO_LAKEHOUSE_URL: 'http://127.0.0.1:4110' }, 'incumbent', 'RUST_LAKEHOUSE_URL'],
  ])('refuses one URL alone, and says which is missing: %j', async (env, side, variable) => {
    await expect(resolveConfig({ cwd, env })).rejects.toMatchObject({
      message: `the ${side} has no URL, while the other side has one`,
      hint: expect.stringContaining(variable),
      exitCode: 2,
    });
  });

  it('says where a malformed or missing file is', async () => {
    const path = join(cwd, 'broken.json');
    await writeFile(path, '{ "k": ');
    await expect(resolveConfig({ cwd, env: {}, configPath: path })).rejects.toThrow('broken.json');
    await expect(resolveConfig({ cwd, env: {}, configPath: 'none.json' })).rejects.toThrow(
      /not found: .*none\.json/,
    );
  });

  it('loads a TypeScript file with a dialect of the user’s own', async () => {
    const path = join(cwd, 'own.mts');
    await writeFile(
      path,
      `const k: number = 7; export default { k, incumbent: { dialect: { name: 'mine', fingerprint: 'mine/1' } } };`,
    );
    const { config } = await resolveConfig({ cwd, env: {}, configPath: path });
    expect(config.k).toBe(7);
    expect(config.incumbent.dialect.name).toBe('mine');
  });

  it.each([
    ['throws null', 'throw null;', 'null'],
    ['fails when it is read', 'export default { get k() { throw new Error("no k") } };', 'no k'],
    ['is a proxy', 'export default new Proxy({}, { ownKeys() { throw 7 } });', '7'],
  ])('names a file that %s', async (_, text, why) => {
    // Node keeps a module that it has read.
    const path = join(cwd, `odd ${why}.mjs`);
    await writeFile(path, text);
    await expect(resolveConfig({ cwd, env: {}, configPath: path })).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`${why}\\.mjs.*${why}`)),
      exitCode: 2,
    });
  });

  it('says that a package the file imports is not installed', async () => {
    const path = join(cwd, 'other.mts');
    // As Node says it; here modules are loaded by the test runner.
    const said = "Cannot find package 'not-installed-here' imported from other.mts";
    await writeFile(
      path,
      `throw Object.assign(new Error(${JSON.stringify(said)}), { code: 'ERR_MODULE_NOT_FOUND' });`,
    );
    await expect(resolveConfig({ cwd, env: {}, configPath: path })).rejects.toMatchObject({
      message: expect.stringContaining('not-installed-here'),
      hint: expect.stringContaining('npm install'),
    });
  });

  it('takes a backend that the file made as it is, and shows its label and fingerprint', async () => {
    const backend: Backend = {
      label: 'mine · here',
      fingerprint: 'mine/2',
      capabilities: capabilitiesOf({ operations: { health: 'PING' } }),
      health: async () => unsupported('no health'),
      close: async () => {},
    };
    const flags = [{ origin: 'test', value: { incumbent: backend, candidate: { url: URL } } }];
    const { config } = await resolveConfig({ cwd, env: {}, flags });
    expect(connectSide(config.incumbent, 'incumbent', config.timeouts)).toBe(backend);
    expect(sideFingerprint(config.incumbent)).toBe('mine/2');
    expect(describedSide(config.incumbent, 'name')).toEqual({
      backend: 'mine · here',
      dialect: 'mine/2',
    });
  });

  it('says how to call a dialect that was given as a function', async () => {
    const flags = [
      { origin: 'bench.config.ts', value: { incumbent: { dialect: rustLakehouse as never } } },
    ];
    await expect(resolveConfig({ cwd, env: {}, flags })).rejects.toThrow(
      'a function in place of a dialect: call it, rustLakehouse()',
    );
  });
});
