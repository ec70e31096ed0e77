import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChildServer, startChildServer } from '../../src/load/floor/child-server.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';
import { left, reportOf, table as reportTable, row, section } from '../../src/report/blocks.ts';
import type { Content } from '../../src/report/model.ts';
import { renderMarkdown } from '../../src/report/render/markdown.ts';
import { strong } from '../../src/report/spans.ts';
import { medianOf } from '../../src/stats/quantiles.ts';
import type { PreparedRequest } from '../../src/wire/http/prepare.ts';
import type { Law } from './load/law-server.ts';
import { scriptFlags } from './script-flags.ts';

/** Starts a server that obeys a law, in a process of its own. */
export function startLawServer(law: Law): Promise<ChildServer> {
  const own = extname(fileURLToPath(import.meta.url));
  return startChildServer(new URL(`./load/law-server-child${own}`, import.meta.url), [
    JSON.stringify(law),
  ]);
}

/** A POST of a JSON body of so many bytes. */
export function postOf(sizeBytes: number): PreparedRequest {
  const text = JSON.stringify({ q: 'x'.repeat(Math.max(0, sizeBytes - 8)) });
  return {
    method: 'POST',
    path: '/query',
    headers: ['content-type', 'application/json'],
    body: Buffer.from(text),
  };
}

/** A Markdown table of rows of cells, the first row its head. */
export function table([head = [], ...rows]: readonly (readonly (Content | number)[])[]): string {
  const columns = head.map((heading, at) => ({
    ...left('', `column-${at}`),
    heading: shown(heading),
  }));
  const body = rows.map((cells, at) => row([at], cells.map(shown)));
  return renderMarkdown(reportOf([section('table', null, [reportTable(columns, body)])]));
}

function shown(cell: Content | number): Content {
  return typeof cell === 'number' ? String(cell) : cell;
}

/** Milliseconds with three decimals; a dash where there is none. */
export function ms(value: number | null): string {
  if (value === null) return '–';
  return Number.isFinite(value) ? value.toFixed(3) : '∞';
}

/** Which machine and versions the figures below come from, when, and how busy it was: one Markdown line. */
export function provenance(extra: readonly string[] = []): string {
  const cpu = cpus();
  return `${[
    `${cpu.length} × ${cpu[0]?.model.trim() ?? 'unknown CPU'}`,
    `${process.platform}`,
    `Node ${process.version}`,
    `undici ${packageVersion('undici')}`,
    ...extra,
    `${new Date().toISOString().slice(0, 16)}Z`,
    `load average ${loadAverage()}`,
  ].join(' · ')}\n`;
}

function loadAverage(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}

/** Whether a package is there. */
export function isInstalled(name: string): boolean {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined;
  } catch {
    return false;
  }
}

/** The installed version of a package. */
export function packageVersion(name: string): string {
  const own = new URL('../..', import.meta.url);
  const text = readFileSync(new URL(`node_modules/${name}/package.json`, own), 'utf8');
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}

/** One bound a script holds its figures against. */
export interface Check {
  readonly what: string;
  readonly value: string;
  readonly bound: string;
  readonly holds: boolean;
}

/**
 * Runs a script: prints its Markdown and a table of its checks, and with `--out FILE` writes both to a file
 * once the script is through; the process fails where a check does.
 *
 * @param options flags that the script itself reads
 */
export async function runScript(
  title: string,
  main: (print: (text: string) => void) => Promise<readonly Check[]>,
  versions: readonly string[] = [],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>> = {},
): Promise<void> {
  const { values } = scriptFlags({ options: { ...options, out: { type: 'string' } } });
  const parts: string[] = [];
  const print = (text: string) => {
    parts.push(text);
    process.stdout.write(`${text}\n`);
  };
  print(`# ${title}\n\n${provenance(versions)}`);
  const checks = await main(print);
  const rows = checks.map((check) => [
    check.what,
    check.value,
    check.bound,
    check.holds ? 'holds' : strong('does not hold'),
  ]);
  print(table([['figure', 'measured', 'bound', ''], ...rows]));
  print(`Load average when it was through: ${loadAverage()}.`);
  if (values.out !== undefined) {
    await mkdir(dirname(values.out), { recursive: true });
    await writeWhole(values.out, Buffer.from(`${parts.join('\n').trimEnd()}\n`));
  }
  if (checks.some((check) => !check.holds)) process.exitCode = 1;
}

/** The middle value of a list. @throws RangeError of an empty one. */
export function median(values: readonly number[]): number {
  const middle = medianOf(values);
  if (middle === null) throw new RangeError('median of nothing');
  return middle;
}
