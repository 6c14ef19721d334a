import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Caller } from '../identity/caller.ts';

/** Neutron's refusal, naming the rule. */
export const disallowed = (rule: string): VolvoxError =>
  new VolvoxError('forbidden', `rule:${rule} is disallowed by policy`, { details: { type: 'PolicyNotAuthorized' } });

/** Changing anything takes the role member in the project that owns it, or admin. */
export function requireWriter(caller: Caller, projectId: string, rule: string): void {
  if (caller.isAdmin) return;
  if (caller.projectId !== projectId || !caller.roles.includes('member')) throw disallowed(rule);
}

/** Attributes that only an admin may give. */
export function requireAdminFor(
  caller: Caller,
  noun: string,
  action: string,
  given: object,
  keys: readonly string[],
): void {
  if (caller.isAdmin) return;
  const key = keys.find((candidate) => candidate in given);
  if (key !== undefined) throw disallowed(`${action}_${noun}:${key}`);
}

/** The project a new thing belongs to: the caller's, or another for an admin. */
export function ownerOf(caller: Caller, noun: string, given: { project_id?: string; tenant_id?: string }): string {
  const asked = given.project_id ?? given.tenant_id ?? caller.projectId;
  if (asked !== caller.projectId && !caller.isAdmin) throw disallowed(`create_${noun}`);
  requireWriter(caller, asked, `create_${noun}`);
  return asked;
}

export const invalidInput = (message: string, type = 'InvalidInput'): VolvoxError =>
  new VolvoxError('invalid', message, { details: { type } });
export const conflicting = (message: string, type: string): VolvoxError =>
  new VolvoxError('conflict', message, { details: { type } });
