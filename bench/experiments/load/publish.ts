import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../../../src/record/files/write-whole.ts';
import type { Content } from '../../../src/report/model.ts';
import { strong } from '../../../src/report/spans.ts';
import { endWithUs } from '../end-with-us.ts';
import { scriptFlags } from '../script-flags.ts';
import { provenance, table } from '../support.ts';

/** Every script that holds the driver against what it promises, in the order in which they are published. */
const SCRIPTS = [
  ['known-law', 'p99 and p99.9 against servers with a known law; the tally balance'],
  ['immediate-server', 'what the driver itself adds, and how much it sends'],
  ['closed-loop-vs-autocannon-wrk', 'closed-loop throughput beside autocannon and wrk'],
  ['saturation-known-capacity', 'saturation search against servers of known capacity'],
  ['interleaving-with-cpu-hog', 'A against A with a CPU hog: interleaved and sequential'],
  ['undici-handlers', 'the HTTP client under the driver'],
] as const;

const { values } = scriptFlags({
  options: { folder: { type: 'string', default: 'results/load' } },
});
const folder = resolve(values.folder);
await mkdir(folder, { recursive: true });

const before = provenance();
const rows: Content[][] = [['script', 'what it shows', 'answer']];
for (const [name, what] of SCRIPTS) {
  const out = join(folder, `${name}.md`);
  await rm(out, { force: true });
  const code = await run(name, out);
  // A script that breaks off ends with 1 as well, and writes nothing.
  const isWritten = existsSync(out);
  const answer = code === 0 ? 'every bound holds' : strong('a bound does not hold');
  rows.push([
    isWritten ? { kind: 'link', text: name, target: `${name}.md` } : name,
    what,
    isWritten ? answer : strong(`broke off with ${code}`),
  ]);
  if (code !== 0) process.exitCode = 1;
}
await writeWhole(
  join(folder, 'README.md'),
  Buffer.from(
    `# The load driver against what it promises\n\n${before}\n${table(rows)}\nMade by \`node --conditions=source bench/experiments/load/publish.ts\`; each script also runs alone, with \`--out FILE\`.\n`,
  ),
);

/** Runs one script after the other, never two at once: they would measure each other. */
function run(name: string, out: string): Promise<number> {
  process.stdout.write(`\n<!-- ${name} -->\n`);
  const path = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const argv = [...process.execArgv, path, '--out', out];
  const child = endWithUs(spawn(process.execPath, argv, { stdio: 'inherit' }));
  return new Promise((done) => {
    child.once('error', () => done(-1));
    child.once('exit', (code) => done(code ?? -1));
  });
}
