import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { UserRow } from '#platform/directory/stores/users.ts';
import { type Extra, extraOf } from '../attributes.ts';
import { hashPassword } from '../passwords/password-hash.ts';
import { KNOWN_ATTRIBUTES, type UserUpdate } from './schema.ts';

/**
 * The columns that an update changes. Tokens that the old password, or the user before it was disabled, could get are void.
 * @param now ms since the epoch.
 */
export async function changesOf(row: UserRow, user: UserUpdate['user'], now: number): Promise<Partial<UserRow>> {
  const voids = typeof user.password === 'string' || user.enabled === false;
  const passwordHash = typeof user.password === 'string' ? await hashPassword(user.password) : undefined;
  const extra = extraOf(user, KNOWN_ATTRIBUTES);
  return {
    ...(user.name === undefined ? {} : { name: user.name }),
    ...(user.description === undefined ? {} : { description: user.description ?? '' }),
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(user.enabled === undefined ? {} : { enabled: user.enabled ? 1 : 0 }),
    ...(user.default_project_id === undefined ? {} : { default_project_id: user.default_project_id }),
    ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
    ...(voids ? { tokens_not_before: now } : {}),
    ...(Object.keys(extra).length === 0 ? {} : { extra: toJson({ ...fromJson<Extra>(row.extra), ...extra }) }),
  };
}
