import { withoutLineBreaks } from '../../schema-error.ts';
import { lossySteps } from '../../wire/field-mapping.ts';
import type { DriftDiscovery } from './types.ts';

/** What the module is written for. */
export interface EmitOptions {
  /** Path of each endpoint on the candidate, e.g. `embed` → `/v1/embed`. */
  readonly candidatePaths: ReadonlyMap<string, string>;
  /** Calls that make the dialects, e.g. `rustLakehouse()`; null where a dialect is the user's own. */
  readonly incumbentFactory: string | null;
  readonly candidateFactory: string | null;
}

/**
 * The text of a module with what was discovered, in two forms: `dialect`, for a configuration (requests as the
 * candidate's dialect encodes them, responses adapted and read by the incumbent's; a function of the two dialects
 * where they are not the package's own), and `adapters`, for the cutover frontend (pure functions by candidate path
 * that give the incumbent's shape). What an adapter cannot give is named in comments.
 */
export function emitDialect(
  discoveries: readonly DriftDiscovery[],
  { candidatePaths, incumbentFactory, candidateFactory }: EmitOptions,
): string {
  const adapted = discoveries.filter(
    ({ scenario, mappings }) => scenario === 'success' && mappings.length > 0,
  );
  const mappings = Object.fromEntries(
    adapted.map(({ endpoint, mappings: fields }) => [endpoint, fields]),
  );
  const adapters = Object.keys(mappings).flatMap((endpoint) => {
    const path = candidatePaths.get(endpoint);
    return path === undefined
      ? []
      : `  ${JSON.stringify(path)}: (body) => adaptResponse(mappings[${JSON.stringify(endpoint)}], body),`;
  });
  const own = incumbentFactory === null || candidateFactory === null;
  const factories = own
    ? []
    : [...new Set([incumbentFactory, candidateFactory])].map((call) =>
        call.slice(0, call.indexOf('(')),
      );
  const requests = own ? 'requests' : `requests: ${candidateFactory}`;
  const responses = own ? 'responses' : `responses: ${incumbentFactory}`;
  return [
    '// Made by `bench drift --emit-dialect` from paired responses. Lossy steps are marked `lossy: true`.',
    ...adapted.flatMap(lossNotes).map((note) => `// ${note}`),
    `import { ${['adaptedDialect', 'adaptResponse', ...factories].sort().join(', ')} } from 'retrieval-parity';`,
    '',
    `const mappings = ${JSON.stringify(mappings, null, 2)};`,
    '',
    own
      ? '// Takes the candidate’s dialect and the incumbent’s.\nexport const dialect = (requests, responses) => adaptedDialect({'
      : 'export const dialect = adaptedDialect({',
    "  name: 'discovered',",
    `  ${requests},`,
    `  ${responses},`,
    '  mappings,',
    '});',
    '',
    'export const adapters = {',
    ...adapters,
    '};',
    '',
  ].join('\n');
}

/**
 * What the adapter of an endpoint loses or cannot give, a clause each. Names of fields come from a backend:
 * a clause is one line, whatever they hold.
 */
export function lossNotes({ endpoint, scenario, mappings, rows }: DriftDiscovery): string[] {
  const place = `${endpoint} (${scenario})`;
  const never = rows.filter(
    ({ operation, incumbentPath }) =>
      operation === 'missing' && incumbentPath !== null && !incumbentPath.startsWith('('),
  );
  return [
    ...lossySteps(mappings).map((step) => `lossy: ${place}: ${step}`),
    ...never.map(({ incumbentPath }) => `not given: ${place}: ${incumbentPath}`),
  ].map(withoutLineBreaks);
}
