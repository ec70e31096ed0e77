import { createAnswerVariants } from '../../../src/load/answers/answers.ts';
import { runClosedTrial } from '../../../src/load/drive/trial.ts';
import { postOf } from '../support.ts';

/** Child process: one closed loop against the URL given, in a process of its own as its peers are. */
const [url = '', concurrency = '', warmUpMs = '', durationMs = ''] = process.argv.slice(2);
const { throughputPerSecond } = await runClosedTrial({
  arm: { url, exchanges: [postOf(200)], answers: createAnswerVariants() },
  concurrency: Number(concurrency),
  durationMs: Number(warmUpMs) + Number(durationMs),
  warmUpMs: Number(warmUpMs),
  seed: 1,
});
process.stdout.write(`${JSON.stringify({ throughputPerSecond })}\n`);
