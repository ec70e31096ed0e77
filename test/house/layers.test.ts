import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

/** File, what it imports, and the words of the rule that has to fire; null: none may. */
const PLANTED: readonly (readonly [file: string, target: string, rule: string | null])[] = [
  ['src/observe/a.ts', '../../bench/cli.ts', 'neither the command line nor the demo'],
  ['src/retrieve/b.ts', '../demo/gateway/pair.ts', 'neither the command line nor the demo'],
  ['src/truth/c.ts', '../index.ts', 'not the barrel'],
  ['src/wire/qdrant/d.ts', '../../observe/ask.ts', 'inputs'],
  ['src/corpus/e.ts', '../gate/evaluate.ts', 'inputs'],
  ['src/record/f.ts', '../config/resolve.ts', 'inputs'],
  ['src/observe/g.ts', '../parity/findings.ts', 'does not judge'],
  ['src/load/drive/h.ts', '../../retrieve/retrieve.ts', 'does not judge'],
  ['src/probes/i.ts', '../drift/job.ts', 'never another capability'],
  ['src/cutover/observe/j.ts', '../../retrieve/retrieve.ts', 'never another capability'],
  ['src/replay/job/u.ts', '../../capture/job/capture.ts', 'never another capability'],
  ['src/stats/k.ts', 'node:fs/promises', 'no I/O'],
  ['src/gate/l.ts', 'undici', 'no I/O'],
  ['src/parity/m.ts', '../observe/ask.ts', 'never import rooms that do I/O'],
  ['src/drift/find/n.ts', '../../wire/http/client.ts', 'never import rooms that do I/O'],
  ['src/probes/judge/o.ts', '../../logs/ledger/add-to-ledger.ts', 'never import rooms that do I/O'],
  ['src/report/p.ts', 'node:http', 'no I/O'],
  ['src/demo/q.ts', '../../bench/cli.ts', 'neither the command line nor the demo'],
  ['src/demo/drill/r.ts', '../../retrieve/retrieve.ts', null],
  ['src/retrieve/s.ts', '../gate/evaluate.ts', null],
  ['src/gate/t.ts', '../parity/findings.ts', null],
];

let folder = '';
let said: readonly { readonly file: string; readonly text: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layers-'));
  const config = JSON.parse(await readFile(join(ROOT, 'biome.json'), 'utf8')) as {
    vcs: unknown;
    $schema?: string;
  };
  config.vcs = { enabled: false };
  delete config.$schema;
  await writeFile(join(folder, 'biome.json'), JSON.stringify(config));
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  for (const [file, target] of PLANTED) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `import * as planted from '${target}';\nplanted;\n`);
  }
  // Two files that import each other.
  await writeFile(join(folder, 'src/gate/one.ts'), "import './two.ts';\n");
  await writeFile(join(folder, 'src/gate/two.ts'), "import './one.ts';\n");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [BIOME, 'lint', '--reporter=json', '--max-diagnostics=none', '.'],
    { cwd: folder, maxBuffer: 2 ** 24 },
  ).catch((error: { stdout: string }) => error);
  const { diagnostics } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    diagnostics: {
      location: { path: string | { file: string } };
      message: unknown;
      description?: string;
    }[];
  };
  said = diagnostics.map((entry) => ({
    file: typeof entry.location.path === 'string' ? entry.location.path : entry.location.path.file,
    text: JSON.stringify(entry),
  }));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the linter holds the layers', () => {
  it.each(PLANTED)('%s importing %s: %s', (file, _target, rule) => {
    const own = said.filter((entry) => entry.file.endsWith(file)).map(({ text }) => text);
    const restricted = own.filter((text) => text.includes('noRestrictedImports'));
    if (rule === null) expect(restricted).toEqual([]);
    else expect(restricted.filter((text) => text.includes(rule))).toHaveLength(1);
  });

  it('and finds a circle of imports', () => {
    expect(said.some(({ text }) => text.includes('noImportCycles'))).toBe(true);
  });

  it('in a configuration of at most 120 lines', async () => {
    const lines = (await readFile(join(ROOT, 'biome.json'), 'utf8')).trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(120);
  });
});
