import { endOnCrash } from '../../src/crash.ts';
import { kernels } from './kernels.ts';
import { timeKernels } from './timing.ts';

/** Child process that times all kernels once: time in milliseconds a kernel and seed of the order as arguments. */
endOnCrash('bench kernels');
const timings = await timeKernels(kernels(), Number(process.argv[2]), Number(process.argv[3]));
process.send?.(timings, () => process.disconnect());
