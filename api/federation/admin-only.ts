import type { FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Everything under /federation is for those who run the region. */
export async function adminOnly(request: FastifyRequest): Promise<void> {
  if (!request.context.isAdmin) throw new VolvoxError('forbidden', 'This needs the role admin.');
}
