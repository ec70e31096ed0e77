import type { Cell } from '../../src/record/types.ts';
import { dialectCall } from '../../src/wire/registry.ts';
import type { ProbedSide } from './probe-side.ts';

/** What a configuration is written from; sides are null for the embedded pair. */
export interface ConfigAnswers {
  readonly sides: { readonly incumbent: ProbedSide; readonly candidate: ProbedSide } | null;
  /** As it is written; null for the corpus of the package. */
  readonly corpus: string | null;
  readonly k: number;
}

/** Operations that both sides have. */
export function commonOperations({ sides }: ConfigAnswers): readonly Cell[] {
  if (sides === null) return ['search', 'retrieve'];
  const { incumbent, candidate } = sides;
  return incumbent.operations.filter((name) => candidate.operations.includes(name));
}

/** `bench.config.ts` of the answers; it type-checks where the package is installed. */
export function configModule(answers: ConfigAnswers): string {
  const { sides, corpus, k } = answers;
  const calls = sides === null ? [] : [sides.incumbent, sides.candidate].map(callOf);
  const names = calls.flatMap((call) => (call === null ? [] : [call.replace('()', '')]));
  const imports = ['defineConfig', ...new Set(names)].sort().join(', ');
  const side = (name: 'incumbent' | 'candidate'): string[] => {
    const probed = sides?.[name];
    if (probed === undefined) return [];
    const call = callOf(probed);
    const dialect = call === null ? '' : `, dialect: ${call}`;
    return [
      `  // ${comment(probed.about)}`,
      `  ${name}: { url: ${quoted(probed.url)}${dialect} },`,
    ];
  };
  const embeds = sides === null || (sides.incumbent.embeds && sides.candidate.embeds);
  const operations = commonOperations(answers);
  return [
    `import { ${imports} } from 'retrieval-parity';`,
    '',
    'export default defineConfig({',
    ...(sides === null ? ['  // No URLs: the embedded pair of gateways is started.'] : []),
    ...side('incumbent'),
    ...side('candidate'),
    ...(corpus === null ? [] : [`  corpus: ${quoted(corpus)},`]),
    ...(embeds
      ? []
      : [
          '  // A side cannot embed: one model embeds for both, and their indexes are compared.',
          "  embed: 'onnx',",
        ]),
    ...(operations.length === 2
      ? []
      : [`  operations: [${operations.map((name) => quoted(name)).join(', ')}],`]),
    `  k: ${k},`,
    '  gates: {',
    '    // How much worse the candidate may be: a recall margin of .005 takes 736 different questions.',
    '    recall: { margin: 0.005 },',
    '    ndcg: { margin: 0.01 },',
    '  },',
    '});',
    '',
  ].join('\n');
}

function callOf({ dialect }: ProbedSide): string | null {
  return dialect === null ? null : dialectCall(dialect);
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\s/g, ' ')}'`;
}

function comment(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 80);
}
