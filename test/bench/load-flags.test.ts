import { expect, it } from 'vitest';
import { main } from '../../bench/cli.ts';
import { bufferIo } from '../support/buffer-io.ts';

it.each([
  [['--ramp', '10:200'], /--ramp 10:200: expected FROM:TO:SECONDS/],
  [['--ramp', '0:0:5'], /--ramp 0:0:5/],
  [['--rates', '50,20'], /rates must rise/],
  [['--pairs', '1.5'], /--pairs: "1.5" is not a whole number/],
  [['--max-p99', '-1'], /--max-p99/],
  [['--gates.p95.ratio', '0.1'], /gates\.p95\.ratio: is candidate over incumbent/],
  [['--no-recall', '--gates.recallUnderLoad.margin=0.01'], /--no-recall leaves .* undecided/],
])(
  'bench load %j ends with exit 2 and says what is wrong before anything is started',
  async (flags, message) => {
    const io = bufferIo();
    expect(await main(['load', ...flags], io)).toBe(2);
    expect(io.err()).toMatch(message);
    expect(io.err()).toMatch(/hint: /);
    expect(io.out()).toBe('');
  },
);
