import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseMetricLog } from '../../src/audit/metric-log.ts';
import { parsePhaseFile } from '../../src/audit/phase-file.ts';
import { loadConfigFile } from '../../src/config/load-file.ts';
import { exactJson } from '../../src/corpus/files/exact-json.ts';
import { jsonOnce } from '../../src/corpus/files/repeated-key.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { readStack } from '../../src/probes/job/stack.ts';
import { readStatements } from '../../src/probes/job/statements.ts';
import { importFiles, temporaryFolder } from './import/harness.ts';

test.each([
  '{"a":1,"a":2}',
  '[1,{"b":{"a":1,"c":[{}],"a":2}}]',
  '{"\\u0061":1,"a":2}',
  '{"a" :"{",\n"a"\t: "}"}',
  '{"x":{"a":1},"a":"\\\\","a":12345678901234567890}',
])('a key that stands twice in one object is no JSON here: %s', (text) => {
  expect(() => exactJson(text)).toThrow('an object has the key "a" twice');
});

test.each([
  '{"a":{"b":1},"c":{"b":2}}',
  '{"a\\"":1,"a\\\\":"a\\":","b":"c:\\\\"}',
  '[{"a":1},{"a":"a"},"a","a:",["a",{}]]',
  '{"__proto__":{"a":1},"constructor":"__proto__","a":"\\\\\\":"}',
  '"a"',
  '{}',
])('keys of several objects, and strings that look like keys, are none: %s', (text) => {
  expect(exactJson(text)).toEqual(JSON.parse(text));
});

test('a text that nests thousands of times is refused before anything looks through it', () => {
  const refuse = (what: string) => new SyntaxError(what);
  const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
  expect(() => jsonOnce(deep, refuse)).toThrow('nested deeper than 128');
  expect(jsonOnce('{"a":[1]}', refuse)).toEqual({ a: [1] });
});

test('documents, queries, judgments and configurations with a key twice are refused, with the place', async () => {
  await using folder = await temporaryFolder();
  const queries = '{"_id":"q1","text":"first"}\n';
  const twice = { 'docs.jsonl': '{"_id":"a","text":"one","_id":"b"}\n', 'queries.jsonl': queries };
  await expect(importFiles(folder.path, twice)).rejects.toThrow(/docs\.jsonl:1: .*"_id" twice/);
  const judged = {
    'docs.jsonl': '{"_id":"a","text":"one"}\n',
    'queries.jsonl': queries,
    'qrels.json': '{"q1":{"a":1},"q1":{}}',
  };
  await expect(importFiles(folder.path, judged)).rejects.toThrow(/qrels\.json: .*"q1" twice/);

  const own = join(folder.path, 'own');
  await mkdir(own);
  const manifest = {
    ...{ version: 1, name: 'own', queries: { file: 'q' }, judgments: { file: 'j' } },
    collections: [{ name: 'c', file: 'd' }],
  };
  await writeFile(join(own, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(own, 'd'), '{"id":"a","text":"one","metadata":{"n":1,"n":2}}\n');
  await expect(loadCorpus(own)).rejects.toThrow(/d:1: .*"n" twice/);

  const config = join(folder.path, 'bench.config.json');
  await writeFile(config, '{"gates":{"recall":{"margin":0.01}},"gates":{}}');
  await expect(loadConfigFile(folder.path, undefined)).rejects.toThrow(/"gates" twice/);
});

test('stacks, statements, phases and figures of an audit with a key twice are refused', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'stack.json'), '[{"name":"a","url":"http://a","name":"b"}]');
  await expect(readStack('stack.json', folder.path)).rejects.toThrow(/"name" twice/);
  await writeFile(join(folder.path, 'sql.jsonl'), '{"sql":"SELECT 1","sql":"SELECT 2"}');
  await expect(readStatements('sql.jsonl', folder.path, false)).rejects.toThrow(
    /sql\.jsonl:1: .*"sql" twice/,
  );
  const phases = '{"schema":"x","phases":[{"phase":"1","tolerances":{"r":0,"r":1}}]}';
  expect(() => parsePhaseFile(phases, 'phases.json')).toThrow(/phases\.json: .*"r" twice/);
  const log = (text: string) => parseMetricLog(Buffer.from(text), 'log');
  const twice = log('{"metrics":{"recall":1.0,"recall":0.5}}\n{"metrics":{"other":1}}\n');
  expect(twice.problems).toEqual(['log:1: no metric record: set aside']);
  const oneName = log('{"metrics":{"a.b":1,"a":{"b":2}}}');
  expect(oneName.phases.get('')?.get('a.b')?.ambiguous).toBe(true);
  expect(oneName.problems).toEqual(['log:1: a.b was given before with another value']);
});
