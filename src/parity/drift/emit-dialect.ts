import type { DriftDiscovery } from './types.ts';

/**
 * The text of a module that exports a dialect for the candidate: requests as its dialect encodes them,
 * responses adapted by what was discovered and read by the incumbent's dialect.
 *
 * @param incumbentFactory call that makes the incumbent's dialect, e.g. `rustLakehouse()`
 */
export function emitDialect(
  discoveries: readonly DriftDiscovery[],
  incumbentFactory: string,
  candidateFactory: string,
): string {
  const adapted = discoveries.filter(
    ({ scenario, mappings }) => scenario === 'success' && mappings.length > 0,
  );
  const mappings = Object.fromEntries(
    adapted.map(({ endpoint, mappings: fields }) => [endpoint, fields]),
  );
  const factories = [...new Set([incumbentFactory, candidateFactory])]
    .map((call) => call.slice(0, call.indexOf('(')))
    .sort();
  return [
    '// Made by `bench drift --emit-dialect` from paired responses. Lossy steps are marked `lossy: true`.',
    `import { adaptedDialect, ${factories.join(', ')} } from 'retrieval-parity';`,
    '',
    `const mappings = ${JSON.stringify(mappings, null, 2)};`,
    '',
    'export const dialect = adaptedDialect({',
    "  name: 'discovered',",
    `  requests: ${candidateFactory},`,
    `  responses: ${incumbentFactory},`,
    '  mappings,',
    '});',
    '',
  ].join('\n');
}
