import type { UserRecord } from '#platform/directory/stores/users.ts';
import { extraOf } from '../attributes.ts';
import { KNOWN_ATTRIBUTES, type UserUpdate } from './schema.ts';

/**
 * What an update changes. Tokens that the old password, or the user before it was disabled, could get are void.
 * @param now ms since the epoch.
 */
export async function changesOf(
  before: UserRecord,
  user: UserUpdate['user'],
  hash: (password: string) => Promise<string>,
  now: number,
): Promise<Partial<Omit<UserRecord, 'id'>>> {
  const voids = typeof user.password === 'string' || user.enabled === false;
  // Tokens that were issued while the user was being disabled are void too.
  const returns = user.enabled === true && !before.enabled;
  const passwordHash = typeof user.password === 'string' ? await hash(user.password) : undefined;
  const extra = extraOf(user, KNOWN_ATTRIBUTES);
  return {
    ...(user.name === undefined ? {} : { name: user.name }),
    ...(user.description === undefined ? {} : { description: user.description ?? '' }),
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(user.enabled === undefined ? {} : { enabled: user.enabled }),
    ...(user.default_project_id === undefined ? {} : { defaultProjectId: user.default_project_id }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    // What was void once stays so, also when the clock has gone back.
    ...(voids || returns ? { tokensNotBefore: Math.max(before.tokensNotBefore, voids ? now + 1 : now) } : {}),
    ...(Object.keys(extra).length === 0 ? {} : { extra: { ...before.extra, ...extra } }),
  };
}
