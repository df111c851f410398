import { InvalidArgumentError } from '../errors/database-error.js';
import { QueryTimeoutError } from '../errors/query-timeout-error.js';

/** A try that failed and is followed by another one. */
export interface Retry {
  /** Which try it was, counted from 1. */
  attempt: number;
  /** Until the next one, in milliseconds. */
  delayMs: number;
  /** In words, without the statement's values. */
  reason: string;
}

/** How long and how often to try. */
export interface AttemptPolicy {
  timeoutMs: number;
  maxRetries: number;
  signal?: AbortSignal | undefined;
  onRetry?: ((retry: Retry) => void) | undefined;
}

/** What one try's failure means. */
export interface Failure {
  error: Error;
  /** Given only if nothing can have been executed and another try may do better. */
  retryReason?: string | undefined;
}

/** The longest time that a JavaScript timer can wait: 24 days. */
const longestMs = 2 ** 31 - 1;
const firstDelayMs = 200;
const longestDelayMs = 5_000;

/**
 * Runs `attempt` until it succeeds, fails for good, or tries or time run out.
 *
 * The time is for all tries together. Leaves neither a timer nor a listener behind.
 *
 * @throws {QueryTimeoutError} if the time runs out during a try
 * @throws the signal's reason once the caller aborts
 */
export async function attemptRepeatedly<Result>(
  attempt: (signal: AbortSignal, attempts: number) => Promise<Result>,
  explain: (thrown: unknown, attempts: number) => Failure,
  { timeoutMs, maxRetries, signal, onRetry }: AttemptPolicy,
): Promise<Result> {
  if (!isTimeout(timeoutMs)) {
    throw new InvalidArgumentError('timeoutMs', wrongTimeout);
  }

  signal?.throwIfAborted();
  const end = performance.now() + timeoutMs;
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  const timer = setTimeout(() => stop.abort(new QueryTimeoutError(timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });

  try {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await attempt(stop.signal, attempts);
      } catch (thrown) {
        stop.signal.throwIfAborted();
        const { error, retryReason } = explain(thrown, attempts);
        const delayMs = delayAfter(attempts);

        if (!retryReason || attempts > maxRetries || performance.now() + delayMs >= end) {
          throw error;
        }

        onRetry?.({ attempt: attempts, delayMs, reason: retryReason });
        await sleep(delayMs, stop.signal);
      }
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Whether a timer can wait that long. */
export const isTimeout = (ms: number): boolean => Number.isInteger(ms) && ms >= 1 && ms <= longestMs;

export const wrongTimeout = `timeoutMs must be a whole number from 1 to ${longestMs}.`;

/** Doubles each time; the random half keeps many callers from coming back all at once. */
function delayAfter(attempts: number): number {
  const longest = Math.min(firstDelayMs * 2 ** (attempts - 1), longestDelayMs);
  return Math.round(longest * (0.5 + Math.random() / 2));
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const wake = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', wake);
      resolve();
    }, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}
