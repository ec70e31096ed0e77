/** Appends numbered lines to a log, one call a line: `node append-writer.ts PATH NAME COUNT`. */
import { appendToLog } from '../../src/record/append-log.ts';

const [path = '', name = '', count = '0'] = process.argv.slice(2);
for (let index = 0; index < Number(count); index++) {
  await appendToLog(path, [{ name, index, padding: 'x'.repeat((index * 37) % 500) }]);
}
