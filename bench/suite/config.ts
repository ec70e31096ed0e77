import { z } from 'zod';
import { describeSchema } from '../../src/config/descriptions.ts';
import { configSchema } from '../../src/config/schema.ts';
import { describedSide } from '../../src/config/side.ts';
import { EXIT } from '../../src/errors.ts';
import { redactConfig } from '../../src/secrets/redact-config.ts';
import type { DefineCommand } from '../command.ts';
import { addConfigOptions, type ConfigFlags, configOf } from '../config-options.ts';

/** `bench config`: the resolved configuration, each value with its origin; or the JSON Schema. */
export const configCommand: DefineCommand = (command, io, done) => {
  addConfigOptions(command)
    .option('--schema', 'print the JSON Schema of bench.config.json instead')
    .action(async (flags: ConfigFlags & { readonly schema?: boolean }) => {
      if (flags.schema === true) {
        const schema = describeSchema(
          z.toJSONSchema(configSchema, { unrepresentable: 'any', io: 'input' }),
        );
        io.stdout(`${JSON.stringify(schema, null, 2)}\n`);
        return done(EXIT.pass);
      }
      const { config, origins } = await configOf(flags, io);
      const shown = redactConfig(
        {
          ...config,
          incumbent: describedSide(config.incumbent, 'name'),
          candidate: describedSide(config.candidate, 'name'),
        },
        'shown',
      );
      const rows = leaves(shown, '').map(([key, value]) => [
        key,
        JSON.stringify(value),
        originOf(key, origins),
      ]);
      const width = (column: number): number =>
        Math.max(...rows.map((row) => row[column]?.length ?? 0));
      for (const [key = '', value = '', origin = ''] of rows) {
        io.stdout(`${key.padEnd(width(0))}  ${value.padEnd(Math.min(60, width(1)))}  ${origin}\n`);
      }
      done(EXIT.pass);
    });
};

function originOf(key: string, origins: ReadonlyMap<string, string>): string {
  for (const [known, origin] of origins) {
    if (known === key || key.startsWith(`${known}.`)) return origin;
  }
  return 'default';
}

function leaves(value: unknown, prefix: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [[prefix, value]];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, prefix === '' ? key : `${prefix}.${key}`),
  );
}
