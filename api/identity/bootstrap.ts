import { migrate } from '#platform/database/migrations.ts';
import type { Directory, DirectoryTx } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { insertProject, listProjects } from '#platform/directory/stores/projects.ts';
import { assignRole, insertRole, listRoles } from '#platform/directory/stores/roles.ts';
import { findUser, insertUser, updateUser } from '#platform/directory/stores/users.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, timestamp } from '#platform/time/clock.ts';
import { newId } from './new-id.ts';
import { hashPassword, passwordMatches } from './passwords/password-hash.ts';

/** A project with one user in it. */
export interface Seed {
  readonly project: string;
  readonly user: string;
  readonly password: string;
  readonly role: string;
}

const ROLES = ['admin', 'manager', 'member', 'reader', 'service'] as const;

/**
 * Prepares a directory: schema, roles, and these projects and users. Idempotent: existing rows stay, and a different password is replaced by the
 * given one.
 */
export async function bootstrapIdentity(
  directory: Directory,
  seeds: readonly Seed[],
  log: Logger,
  clock: Clock,
): Promise<void> {
  await migrate(directory.schema, DIRECTORY_MIGRATIONS, log, `bootstrap-${process.pid}`);
  for (const seed of seeds) {
    const hash = await freshHash(directory, seed);
    await directory.transaction(async (tx) => {
      const roles = await ensureRoles(tx);
      const role = roles.get(seed.role);
      if (role === undefined) throw new Error(`no such role: ${seed.role}`);
      const now = timestamp(clock.now());
      const project = await ensureProject(tx, seed.project, now);
      const user = await ensureUser(tx, { ...seed, hash, projectId: project, now, nowMs: clock.now() });
      const assignment = { userId: user, targetType: 'project', targetId: project, roleId: role } as const;
      await assignRole(tx, assignment, clock.now());
    });
    log.info({ project: seed.project, user: seed.user, role: seed.role }, 'seeded');
  }
}

/** null: the password is already this one. */
async function freshHash(directory: Directory, seed: Seed): Promise<string | null> {
  const known = await findUser(directory.read, { name: seed.user });
  if (known !== null && (await passwordMatches(seed.password, known.passwordHash))) return null;
  return hashPassword(seed.password);
}

async function ensureRoles(tx: DirectoryTx): Promise<ReadonlyMap<string, string>> {
  const known = new Map((await listRoles(tx)).map((role) => [role.name, role.id]));
  for (const name of ROLES) {
    if (known.has(name)) continue;
    const id = newId();
    await insertRole(tx, { id, name, description: '' });
    known.set(name, id);
  }
  return known;
}

async function ensureProject(tx: DirectoryTx, name: string, now: string): Promise<string> {
  const [known] = await listProjects(tx, [{ member: 'name', anyOf: [name] }]);
  if (known !== undefined) return known.id;
  const id = newId();
  await insertProject(tx, { id, name, description: '', enabled: true, createdAt: now, extra: {}, tags: [] });
  return id;
}

async function ensureUser(
  tx: DirectoryTx,
  seed: Seed & { hash: string | null; projectId: string; now: string; nowMs: number },
): Promise<string> {
  const known = await findUser(tx, { name: seed.user });
  if (known !== null) {
    if (seed.hash !== null) await updateUser(tx, known.id, { passwordHash: seed.hash, tokensNotBefore: seed.nowMs });
    return known.id;
  }
  const id = newId();
  await insertUser(tx, {
    id,
    name: seed.user,
    description: '',
    email: null,
    enabled: true,
    passwordHash: seed.hash,
    defaultProjectId: seed.projectId,
    tokensNotBefore: 0,
    createdAt: seed.now,
    extra: {},
  });
  return id;
}
