import type { FastifyRequest } from 'fastify';
import { allows, type Policy } from './policy.ts';

/**
 * Whether the caller of a repeated request may have the answer that was given before: the policy allows it in the caller's project, and the
 * caller has every role that the first one had. An answer may show what only those roles see.
 */
export function mayStill(request: FastifyRequest, roles: readonly string[]): boolean {
  const { context: caller } = request;
  if (!roles.every((role) => caller.roles.includes(role))) return false;
  const policy = policyOf(request);
  return policy === null || allows(policy, caller, { projectId: caller.projectId, userId: caller.userId });
}

/** Of a route with actions, the policy of the action that the body names. */
function policyOf({ routeOptions, body }: FastifyRequest): Policy | null {
  const { declared } = routeOptions.config;
  if (declared === undefined) return null;
  const [name] = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  return (declared.actions?.find((action) => action.name === name) ?? declared).policy;
}
