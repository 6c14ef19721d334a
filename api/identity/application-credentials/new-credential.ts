import type { RoleRecord } from '#platform/directory/stores/roles.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { RoleReference } from './schema.ts';

/**
 * The ids of the roles of a new application credential: those that are named, or all that its owner has.
 * @param ownerRoles the owner's roles in the project, with those that they imply.
 * @throws VolvoxError invalid when a named role is not among them.
 */
export function chosenRoles(named: readonly RoleReference[] | undefined, ownerRoles: readonly RoleRecord[]): string[] {
  if (named === undefined || named.length === 0) return ownerRoles.map((role) => role.id);
  return named.map((reference) => {
    const role = ownerRoles.find((candidate) => candidate.id === reference.id || candidate.name === reference.name);
    if (role !== undefined) return role.id;
    throw new VolvoxError(
      'invalid',
      `Invalid application credential: Could not find role assignment with role: ${reference.id ?? reference.name}.`,
    );
  });
}

/** A moment without a zone is in UTC. @throws VolvoxError invalid when it is none, or past. */
export function expiryOf(text: string | null, now: number): string | null {
  if (text === null) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  if (!Number.isFinite(ms) || ms <= now || ms > LATEST) {
    throw new VolvoxError(
      'invalid',
      "Invalid input for 'application_credential.expires_at': a moment in the future is needed",
    );
  }
  return timestamp(ms);
}

/** The last moment that a database column takes. */
const LATEST = Date.parse('9999-12-31T23:59:59Z');
