import { expect, it } from 'vitest';
import { doneText, watchWorkers } from '../../src/queue/work/watch-workers.ts';

const word = (
  name: string,
  done: number,
  doing: string | null = 'truth-shard',
  release = 'work-2',
) => ({
  ...{ name, done, doing, release, encoder: null, mayLoad: [] },
});

it('workers are shown with what they did of this run, and who came and went', () => {
  const watch = watchWorkers({ release: 'work-2' });
  expect(watch.look([word('a', 7, null), word('b', 3)])).toEqual({
    remark: '2 workers, 1 at work',
    details: ['a: 0 done, waiting', 'b: 0 done, truth-shard'],
    notes: [],
  });
  expect(watch.look([word('b', 5), word('c', 0)])).toEqual({
    remark: '2 workers, 2 at work',
    details: ['b: 2 done, truth-shard', 'c: 0 done, truth-shard'],
    notes: ['worker c came', 'worker a went'],
  });
  const many = Array.from({ length: 20 }, (_, at) => word(`m${at}`, 0));
  const seen = watch.look(many);
  expect(seen.notes).toEqual(['20 workers came', 'worker b went', 'worker c went']);
  expect(seen.details).toHaveLength(13);
  expect(seen.details.at(-1)).toBe('and 8 more');
});

it('a run without workers says so once, and workers of another release are no workers of it', () => {
  const watch = watchWorkers({ release: 'work-2' });
  const strange = word('old', 0, null, 'work-1');
  expect(watch.look([strange])).toEqual({
    remark: '0 workers, 0 at work',
    details: [],
    notes: ['1 worker takes none of these jobs: of another release'],
  });
  expect(watch.look([strange]).notes).toEqual([
    'no worker is there: start bench worker with the same --queue and --store',
  ]);
  expect(watch.look([strange]).notes).toEqual([]);
});

it('workers that lack what the jobs need are no workers of them', () => {
  const isAble = ({ encoder }: { encoder: string | null }) => encoder === 'e';
  const watch = watchWorkers({ release: 'work-2', isAble, lack: 'without the encoder' });
  expect(watch.look([word('a', 1), { ...word('b', 2), encoder: 'e' }])).toEqual({
    remark: '1 worker, 1 at work',
    details: ['b: 0 done, truth-shard'],
    notes: ['1 worker takes none of these jobs: without the encoder'],
  });
});

it('says who did how many jobs', () => {
  expect(doneText(new Map([['a', 1]]))).toBe('1 job by 1 worker: a 1');
  const all = new Map(Array.from({ length: 7 }, (_, at) => [`m${at}`, at + 1]));
  expect(doneText(all)).toBe('28 jobs by 7 workers: m6 7, m5 6, m4 5, m3 4, m2 3 and 2 more');
});
