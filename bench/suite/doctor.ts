import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.ts';
import { loadCorpus } from '../../src/corpus/load.ts';
import { loadEncoder } from '../../src/embed/encoder.ts';
import { EXIT } from '../../src/errors.ts';
import { describeMachine, libraryVersions } from '../../src/record/machine.ts';
import { hnswlibBuild, type NativeBuild } from '../../src/truth/reference/native-build.ts';
import type { DefineCommand } from '../command.ts';

/** `bench doctor`: whether this installation can do its work, part by part. */
export const doctorCommand: DefineCommand = (command, io, done) => {
  command.action(async () => {
    const machine = describeMachine();
    io.stdout(
      `machine   ${machine.cpuModel}, ${machine.cores} cores, ${machine.memoryGb} GiB, ${machine.platform}\n`,
    );
    io.stdout(`node      ${process.versions.node}\n`);
    let sound = true;
    for (const [name, check] of Object.entries(CHECKS)) {
      try {
        io.stdout(`ok        ${name}: ${await check()}\n`);
      } catch (error) {
        sound = false;
        const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
        io.stdout(`broken    ${name}: ${reason}\n`);
      }
    }
    done(sound ? EXIT.pass : EXIT.infrastructure);
  });
};

const CHECKS: Readonly<Record<string, () => Promise<string>>> = {
  'hnswlib-node': async () => {
    const { default: hnswlib } = await import('hnswlib-node');
    const index = new hnswlib.HierarchicalNSW('ip', 2);
    index.initIndex(1);
    index.addPoint([1, 0], 0);
    if (index.searchKnn([1, 0], 1).neighbors[0] !== 0) throw new Error('finds nothing');
    return buildSentence(await hnswlibBuild());
  },
  'onnxruntime-node': async () => versionOf('onnxruntime-node'),
  encoder: async () => {
    const folder = join(packageRoot(), 'corpora', 'encoder');
    const encoder = await loadEncoder(folder);
    try {
      const [vector] = await encoder.embed(['doctor'], 'query');
      if (vector === undefined || !vector.every(Number.isFinite)) throw new Error('no vector');
      return `${encoder.name}, ${encoder.dimension} dimensions, at most ${encoder.maxTokens} tokens`;
    } finally {
      await encoder.close();
    }
  },
  corpus: async () => {
    const corpus = await loadCorpus(join(packageRoot(), 'corpora', 'workers-200'));
    return `${corpus.name}, ${corpus.queries.length} queries, hashes as in its manifest`;
  },
  'working directory': async () => {
    await access(process.cwd());
    return 'readable';
  },
};

/** Which build of hnswlib-node is in use, and how to get a faster one. */
function buildSentence({ version, kind, flags }: NativeBuild): string {
  const faster = 'CXXFLAGS="-O3 -march=native" npm rebuild hnswlib-node';
  const told = flags.join(' ');
  if (kind === 'native') return `${version}, native build (${told})`;
  if (kind === 'unknown')
    return `${version}, unknown build: it left no record; for speed: ${faster}`;
  return `${version}, ${kind} build (${told}); for speed: ${faster}`;
}

async function versionOf(name: string): Promise<string> {
  return (await libraryVersions([name]))[name] ?? 'unknown version';
}
