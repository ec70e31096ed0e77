/** What the frontend allows one request and one side; beyond it the answer is a JSON error of its own. */
export interface FrontendLimits {
  /** Longest request body; beyond it 413. */
  readonly bodySizeBytes: number;
  /** Longest answer that a response adapter may be given; beyond it 502. */
  readonly adaptedSizeBytes: number;
  /** Open connections to each side. */
  readonly connectionsPerSide: number;
  /** Requests under way to each side, those that wait for a connection included; beyond it 503. */
  readonly inFlightPerSide: number;
  /** Until a connection stands; beyond it 502. */
  readonly connectTimeoutMs: number;
  /** From a request's last progress to the head of its answer; beyond it 504. */
  readonly answerTimeoutMs: number;
  /** Between two pieces of an answer, whichever side is slow; beyond it the connection is cut. */
  readonly stallTimeoutMs: number;
}

export const DEFAULT_FRONTEND_LIMITS: FrontendLimits = {
  bodySizeBytes: 64 * 1024 * 1024,
  adaptedSizeBytes: 32 * 1024 * 1024,
  connectionsPerSide: 64,
  inFlightPerSide: 512,
  connectTimeoutMs: 2000,
  answerTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
};
