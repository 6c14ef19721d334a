import { VolvoxError } from '../errors/volvox-error.ts';

/** The error of a caller that asks for more than its share. @param retryAfterMs when the same request has a chance again. */
export const throttled = (message: string, retryAfterMs: number): VolvoxError =>
  new VolvoxError('throttled', message, {
    details: { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)) },
  });
