import { existsSync } from 'node:fs';
import { plainLines, plainMessage } from '../src/plain-text.ts';
import { secretBook } from '../src/secrets/book.ts';
import { isSecretName } from '../src/secrets/names.ts';
import type { Io } from './io.ts';
import { isGithub, withoutCommands } from './printing/github.ts';

/** Shorter values of a variable are settings, such as `true`. */
const LEAST_LENGTH = 8;

/**
 * The same Io, through which no known secret is printed: passwords of URLs and `--set` values of secret keys among the
 * arguments, and variables of the environment whose name is that of a secret. The last net, behind everything that
 * does not show them anyway; files are not written through it. A message is one line, and what hides or reorders text is
 * shown by its code.
 */
export function discreet(argv: readonly string[], io: Io): Io {
  const secrets = secretBook();
  for (const [name, value] of Object.entries(io.env)) {
    if (value === undefined) continue;
    // What names a file is no secret, and stands in many messages.
    const isPath = value.startsWith('/') && existsSync(value);
    if (isSecretName(name) && value.length >= LEAST_LENGTH && !isPath) secrets.learn(name, value);
    learnFromUrl(value, secrets.learn);
  }
  for (const text of argv) {
    const [, key = '', value = ''] = /^(?:--set=)?([^=\s]+)=(.*)$/s.exec(text) ?? [];
    const isHeader = /(^|\.)headers\./i.test(key);
    if (isHeader || isSecretName(key.split('.').at(-1) ?? '')) secrets.learn(key, value);
    learnFromUrl(text, secrets.learn);
  }
  const { stdout, stderr, draw } = io;
  const unheeded = isGithub(io) ? withoutCommands : (text: string) => text;
  return {
    ...io,
    stdout: (text) => stdout(unheeded(plainLines(secrets.hide(text)))),
    stderr: (text) => stderr(unheeded(plainMessage(secrets.hide(text)))),
    command: (text) => stdout(plainLines(secrets.hide(text))),
    ...(draw === undefined ? {} : { draw: (text) => draw(secrets.hide(text)) }),
  };
}

/** The password of a URL, also one that is not encoded as it should be. */
function learnFromUrl(text: string, learn: (name: string, value: string) => void): void {
  const url = text.replace(/^--?[\w.-]+=/, '');
  const password = /^(?:https?:[\\/]*|[^:]*:\/\/)[^:@/?#\\]*:(.+)@/is.exec(url)?.[1];
  if (password === undefined) return;
  learn('password', password);
  try {
    learn('password', decodeURIComponent(password));
  } catch {
    // A percent sign that encodes nothing: there is no other form.
  }
}
