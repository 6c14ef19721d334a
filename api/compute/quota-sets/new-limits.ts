import type { Amounts, Limits } from '#platform/directory/stores/quotas.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

const unbounded = (limit: number): number => (limit === -1 ? Number.POSITIVE_INFINITY : limit);

/**
 * A limit may not be set below what is in use, and a user's (`within`: the project's limits) not above the project's.
 * @throws VolvoxError invalid with Nova's sentence.
 */
export function checkNewLimits(asked: Amounts, usages: Readonly<Record<string, number>>, within: Limits | null): void {
  for (const [resource, limit] of Object.entries(asked)) {
    const used = usages[resource] ?? 0;
    if (unbounded(limit) < used)
      throw new VolvoxError(
        'invalid',
        `Quota limit ${limit} for ${resource} must be greater than or equal to already used and reserved ${used}.`,
      );
    const most = within?.[resource as keyof Limits] ?? -1;
    if (unbounded(limit) > unbounded(most))
      throw new VolvoxError('invalid', `Quota limit ${limit} for ${resource} must be less than or equal to ${most}.`);
  }
}
