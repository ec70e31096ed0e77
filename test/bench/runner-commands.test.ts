import { expect, it } from 'vitest';
import { discreet } from '../../bench/discreet.ts';
import { printForGithub } from '../../bench/printing/github.ts';
import { bufferIo } from '../support/buffer-io.ts';

const OBEYED = /^\s*::|##\[/m;

it.each([
  '::stop-commands::x\n',
  '  ::add-mask::fail\nnext',
  'a table of ids\n\t::error::forged\n',
  'anywhere in it ##[add-mask]fail\n',
  'bench: no id ::x::, ##[group]y\n',
])('the runner of GitHub finds nothing to obey in %j', (text) => {
  const io = bufferIo({ env: { GITHUB_ACTIONS: 'true' } });
  const guarded = discreet([], io);
  guarded.stdout(text);
  guarded.stderr(text);
  expect(io.out() + io.err()).not.toMatch(OBEYED);
  const elsewhere = bufferIo();
  discreet([], elsewhere).stdout(text);
  expect(elsewhere.out()).toBe(text);
});

it('annotations of this suite are obeyed', async () => {
  const io = bufferIo({ env: { GITHUB_ACTIONS: 'true' } });
  const gate = { name: 'recall@10', state: 'fail', gated: true, reason: 'lost', slice: null };
  const judged = { runId: 'r', createdAt: '', verdict: { state: 'fail', gates: [gate] } };
  await printForGithub([], [judged as never], discreet([], io));
  expect(io.out()).toMatch(/^::error title=/m);
});
