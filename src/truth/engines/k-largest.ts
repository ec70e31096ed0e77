/** The k largest of the scores offered so far. */
export interface KLargest {
  readonly offer: (score: number) => void;
  /** The k-th largest; −Infinity while there are fewer than k. */
  readonly kth: () => number;
}

/**
 * Keeps the k largest scores in a binary heap, the least of them first.
 *
 * @param k at least 1
 */
export function kLargest(k: number): KLargest {
  const heap: number[] = [];
  let kth = Number.NEGATIVE_INFINITY;

  function rise(score: number): void {
    let child = heap.length;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if ((heap[parent] as number) <= score) break;
      heap[child] = heap[parent] as number;
      child = parent;
    }
    heap[child] = score;
  }

  function siftDown(score: number): void {
    let parent = 0;
    for (let child = 1; child < k; child = 2 * parent + 1) {
      if (child + 1 < k && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= score) break;
      heap[parent] = heap[child] as number;
      parent = child;
    }
    heap[parent] = score;
  }

  return {
    offer: (score) => {
      if (heap.length < k) rise(score);
      else if (score > kth) siftDown(score);
      else return;
      if (heap.length === k) kth = heap[0] as number;
    },
    kth: () => kth,
  };
}
