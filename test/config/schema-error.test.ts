import { expect, it } from 'vitest';
import { z } from 'zod';
import { firstIssue, usageErrorOf } from '../../src/schema-error.ts';

const schema = z.strictObject({ phases: z.array(z.strictObject({ name: z.string() })) });
const errorOf = (value: unknown): z.ZodError => {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error('the value fits');
  return error;
};

it('names the file, the field and the reason in one line', () => {
  const error = usageErrorOf(errorOf({ phases: [{ name: 1 }] }), {
    code: 'phases',
    where: 'a.json',
    whole: 'file',
    hint: 'write a name',
  });
  expect(error).toMatchObject({ code: 'phases', exitCode: 2, hint: 'write a name' });
  expect(error.message).toMatch(/^a\.json: phases\.0\.name: .*expected string/);
});

it('calls the value by its name where no field is to blame', () => {
  expect(firstIssue(errorOf(7), 'file')).toMatch(/^file: /);
});

it('keeps a key with line breaks on one line', () => {
  const text = firstIssue(errorOf({ phases: [], 'x\n\u001b[31m': 1 }), 'file');
  expect(text).not.toMatch(/\p{Cc}/u);
});
