/** Writes so many bytes over a file, or appends so many records to a log, and prints the error as JSON: `node write-once.ts whole|log PATH N`. */
import { BenchError } from '../../src/errors.ts';
import { appendToLog } from '../../src/record/append-log.ts';
import { writeWhole } from '../../src/record/files/write-whole.ts';

const [what, path = '', count] = process.argv.slice(2);
try {
  if (what === 'whole') await writeWhole(path, new Uint8Array(Number(count)).fill(120));
  else await appendToLog(path, [{ text: 'x'.repeat(Number(count)) }]);
  process.stdout.write('null');
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  const { code, exitCode, message, hint } = error;
  process.stdout.write(JSON.stringify({ code, exitCode, message, hint }));
}
