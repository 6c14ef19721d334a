import type { Directory } from '#platform/directory/directory.ts';
import { type ConsoleToken, findConsoleToken } from '#platform/directory/stores/console-tokens.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { findProject } from '#platform/directory/stores/projects.ts';
import { tokensNotBefore } from '#platform/directory/stores/token-cutoffs.ts';
import { findUser } from '#platform/directory/stores/users.ts';
import { hashOfToken } from './issue-token.ts';

/** Of our tokens; anything else is not looked up. */
const FORM = /^[\w-]{43}$/;

/**
 * What a token opens now. null: it is none, or it is over: it has expired, its server was deleted or has moved to another cell, or whoever got
 * it has no access to its project any more. (Whether the guest is still the server's own is known to its cell.)
 */
export async function openedBy(directory: Directory, token: string, now: number): Promise<ConsoleToken | null> {
  if (!FORM.test(token)) return null;
  const found = await findConsoleToken(directory.read, hashOfToken(token), now);
  return found !== null && (await isStillGood(directory, found)) ? found : null;
}

/** Whether a console that was opened with the token may stay open. The token may have expired since. */
export async function isStillGood({ read }: Directory, token: ConsoleToken): Promise<boolean> {
  const { userId, userProjectId, projectId, createdAt } = token;
  const [home, user, project, userProject, notBefore] = await Promise.all([
    getHome(read, token.instanceUuid),
    findUser(read, { id: userId }),
    findProject(read, projectId),
    findProject(read, userProjectId),
    tokensNotBefore(read, userId, userProjectId),
  ]);
  const isAtHome = home?.state === 'placed' && home.cellId === token.cellId && home.epoch === token.epoch;
  const isEnabled = [user, project, userProject].every((one) => one?.enabled === true);
  const hasAccess = isEnabled && Math.max(notBefore, user?.tokensNotBefore ?? 0) <= createdAt;
  return isAtHome && hasAccess && home.projectId === projectId && !home.deleteRequested;
}
