import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeSchema, descriptionOf, keysOfSchema } from '../../src/config/descriptions.ts';
import { configSchema } from '../../src/config/schema.ts';

const schema = z.toJSONSchema(configSchema, { unrepresentable: 'any', io: 'input' });
const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');

describe('keys of the configuration', () => {
  const keys = keysOfSchema(schema);

  it('are found', () => {
    expect(keys.length).toBeGreaterThan(80);
    expect(keys).toContain('latency.requestsPerBlock');
    expect(keys).toContain('gates.slices.*.recall.margin');
  });

  it('are all described', () => {
    expect(keys.filter((key) => descriptionOf(key) === null)).toEqual([]);
    expect(descriptionOf('nobody.knows')).toBeNull();
  });

  it('stand with their meaning in the schema and on the page', () => {
    const described = describeSchema(structuredClone(schema)) as unknown as {
      properties: Record<string, { properties: Record<string, { description: string }> }>;
    };
    expect(described.properties.timeouts?.properties.requestMs?.description).toBe(
      descriptionOf('timeouts.requestMs'),
    );
    const told = keys.filter(
      (key) => !/^gates\.(cells\.(search|retrieve)\.|slices\.\*)|^candidate(s\[\])?\./.test(key),
    );
    expect(told.filter((key) => !page.includes(`| \`${key}\` | ${descriptionOf(key)} |`))).toEqual(
      [],
    );
  });
});
