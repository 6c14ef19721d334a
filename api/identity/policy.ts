import type { FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Keystone's rules, by name: who may, besides an admin. */
export function requireAdmin(request: FastifyRequest, rule: string): void {
  if (!request.context.isAdmin) throw notAllowed(rule);
}

/** Everybody may do it to themselves. */
export function requireSelfOrAdmin(request: FastifyRequest, userId: string, rule: string): void {
  if (request.context.userId !== userId) requireAdmin(request, rule);
}

export const notAllowed = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `You are not authorized to perform the requested action: identity:${rule}.`);
