import type { DriftDiscovery } from './types.ts';

/**
 * The text of a module with what was discovered, in two forms: `dialect`, for a configuration (requests as the
 * candidate's dialect encodes them, responses adapted and read by the incumbent's), and `adapters`, for the cutover
 * frontend (pure functions by candidate path that give the incumbent's shape).
 *
 * @param candidatePaths path of each endpoint on the candidate, e.g. `embed` → `/v1/embed`
 * @param incumbentFactory call that makes the incumbent's dialect, e.g. `rustLakehouse()`
 */
export function emitDialect(
  discoveries: readonly DriftDiscovery[],
  incumbentFactory: string,
  candidateFactory: string,
  candidatePaths: ReadonlyMap<string, string>,
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
  const adapters = Object.keys(mappings).flatMap((endpoint) => {
    const path = candidatePaths.get(endpoint);
    return path === undefined
      ? []
      : `  ${JSON.stringify(path)}: (body) => adaptResponse(mappings[${JSON.stringify(endpoint)}], body),`;
  });
  return [
    '// Made by `bench drift --emit-dialect` from paired responses. Lossy steps are marked `lossy: true`.',
    `import { adaptedDialect, adaptResponse, ${factories.join(', ')} } from 'retrieval-parity';`,
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
    'export const adapters = {',
    ...adapters,
    '};',
    '',
  ].join('\n');
}
