/** How connections of one kind are made and ended. */
export interface ConnectionPoolOptions<Connection> {
  /** Most connections open at once; more users than that wait. */
  readonly most: number;
  readonly open: () => Promise<Connection>;
  /** Whether it can be used again. */
  readonly isAlive: (connection: Connection) => boolean;
  /** Ends it at once, whatever is under way. */
  readonly destroy: (connection: Connection) => void;
}

/** Connections that are used by one at a time. */
export interface Pool<Connection> {
  /** Hands one connection to `work`; it is destroyed where the signal is aborted before `work` ended. */
  readonly use: <Value>(
    signal: AbortSignal,
    work: (connection: Connection) => Promise<Value>,
  ) => Promise<Value>;
  readonly close: () => void;
}

/** A pool that opens a connection once where one is needed: what fails is told to the one who needed it. */
export function connectionPool<Connection>(
  options: ConnectionPoolOptions<Connection>,
): Pool<Connection> {
  const { most, open, isAlive, destroy } = options;
  const idle: Connection[] = [];
  const waiting: (() => void)[] = [];
  let places = most;
  let isClosed = false;

  const taken = async (): Promise<Connection> => {
    while (places === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    places -= 1;
    try {
      for (;;) {
        const connection = idle.pop() ?? (await open());
        if (isAlive(connection)) return connection;
        destroy(connection);
      }
    } catch (error) {
      freed();
      throw error;
    }
  };
  const freed = (): void => {
    places += 1;
    waiting.shift()?.();
  };
  return {
    use: async (signal, work) => {
      const connection = await taken();
      let isDestroyed = false;
      const giveUp = (): void => {
        isDestroyed = true;
        destroy(connection);
      };
      signal.addEventListener('abort', giveUp);
      try {
        signal.throwIfAborted();
        return await work(connection);
      } finally {
        signal.removeEventListener('abort', giveUp);
        if (isClosed && !isDestroyed) destroy(connection);
        else if (!isDestroyed && isAlive(connection)) idle.push(connection);
        freed();
      }
    },
    close: () => {
      isClosed = true;
      for (const connection of idle.splice(0)) destroy(connection);
    },
  };
}
