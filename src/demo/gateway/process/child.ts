import { loadCorpus } from '../../../corpus/load.ts';
import { requireTexts } from '../../../corpus/texts.ts';
import { endOnCrash } from '../../../crash.ts';
import { type Listener, listen } from '../../../cutover/frontend/listen.ts';
import { loadEncoder } from '../../../embed/encoder.ts';
import { BenchError, UsageError } from '../../../errors.ts';
import { plantFaults } from '../faults/parse.ts';
import { createGoGateway } from '../go/gateway.ts';
import type { ChildReport, ServeOrder, StopOrder } from '../messages.ts';
import { createRustGateway } from '../rust/gateway.ts';
import { watchParent } from './watch-parent.ts';

// The entry of a gateway's own process: waits for one order, serves until it is told to stop, gets a
// signal, or loses its parent.
endOnCrash('gateway');
let listener: Listener | null = null;
let ending = false;

process.on('message', (order: ServeOrder | StopOrder) => {
  if (order.type === 'stop') void end(0);
  else void start(order);
});
process.on('disconnect', () => void end(0));
process.on('SIGTERM', () => void end(0));
for (const signal of ['SIGINT', 'SIGHUP']) {
  process.on(signal, () => {
    // Ctrl-C and the end of a terminal reach the whole process group; the parent first finishes what it measures and
    // then says stop.
    if (!process.connected) void end(0);
  });
}
if (process.connected) watchParent();
else void end(2);

async function start(order: ServeOrder): Promise<void> {
  try {
    const [corpus, encoder] = await Promise.all([
      loadCorpus(order.corpusFolder),
      loadEncoder(order.encoderFolder),
    ]);
    requireTexts(corpus, 'embedded');
    const create = order.kind === 'rust' ? createRustGateway : createGoGateway;
    const gateway = await create({
      encoder,
      encoderFolder: order.encoderFolder,
      collections: corpus.collections,
      faults: plantFaults(order.faults),
      allowWrites: order.allowWrites,
      onEmbedded: (texts) => report({ type: 'embedded', texts }),
    });
    listener = await listen(gateway, order.port);
    report({ type: 'listening', url: listener.url });
  } catch (error) {
    report({
      type: 'failed',
      message: error instanceof Error ? error.message : String(error),
      hint: error instanceof BenchError ? error.hint : null,
      usage: error instanceof UsageError,
    });
    await end(1);
  }
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  await listener?.stop().catch(() => {});
  process.exit(code);
}

function report(message: ChildReport): void {
  if (process.connected) process.send?.(message);
}
