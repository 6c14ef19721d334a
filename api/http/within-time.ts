import { VolvoxError } from '#platform/errors/volvox-error.ts';

/**
 * The result of `work`, if it comes in time. fastify's own limit covers a request only until its body was read, and handlers after that have none.
 * @param late is told when the time is over; the work may go on.
 * @throws VolvoxError deadline-exceeded
 */
export async function withinTime<R>(ms: number, work: Promise<R>, late: (reason: VolvoxError) => void): Promise<R> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new VolvoxError(
      'deadline-exceeded',
      'The request took too long. It may still be carried out: look at what it was about before you repeat it.',
    );
    late(reason);
    over.reject(reason);
  }, ms);
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}
