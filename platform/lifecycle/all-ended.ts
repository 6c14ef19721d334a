/**
 * Waits until all of these have ended, also when some fail, so that nothing is left running behind an error.
 * @throws the error of the only one that failed; an AggregateError when several did.
 */
export async function allEnded(work: Iterable<Promise<unknown>>): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} of ${outcomes.length} failed`);
}
