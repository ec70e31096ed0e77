import { endOnCrash } from '../../crash.ts';
import { createLiteServer, replyBytes } from './http-lite.ts';

/**
 * Child process that answers every request at once with one JSON body of the size in its first argument.
 * With `poll` as the second it never sleeps, so that no answer waits for the machine to wake it.
 */
endOnCrash('null server');
const sizeBytes = Number(process.argv[2] ?? 0);
const answer = replyBytes(200, `{"x":"${'x'.repeat(Math.max(0, sizeBytes - 8))}"}`);
const server = createLiteServer((reply) => reply.send(answer));

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});

if (process.argv[3] === 'poll') poll();

function poll(): void {
  setImmediate(poll);
}

// The parent's end, however it comes, closes the channel.
process.on('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
