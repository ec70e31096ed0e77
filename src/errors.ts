/** Exit codes of every command. */
export const EXIT = {
  pass: 0,
  fail: 1,
  usage: 2,
  inconclusive: 3,
  infrastructure: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What an error says beside its message. */
export interface BenchErrorOptions {
  /** What the reader can do about it, one sentence. */
  readonly hint?: string;
  /** Facts for machines: file, line, endpoint, query id. Never a secret. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause?: unknown;
}

/**
 * The base of every error this suite throws on purpose: one line that says what happened and where,
 * a hint that says what to do, and the exit code the command ends with.
 */
export class BenchError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | null;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;

  constructor(code: string, exitCode: ExitCode, message: string, options: BenchErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitCode = exitCode;
    this.hint = options.hint ?? null;
    this.context = options.context ?? {};
  }
}

/** A mistake in arguments, configuration or input files; exit 2. */
export class UsageError extends BenchError {
  constructor(code: string, message: string, options?: BenchErrorOptions) {
    super(code, EXIT.usage, message, options);
  }
}

/** A backend, a disk or a machine that does not answer as it must before measuring may begin; exit 4. */
export class InfrastructureError extends BenchError {
  constructor(code: string, message: string, options?: BenchErrorOptions) {
    super(code, EXIT.infrastructure, message, options);
  }
}
