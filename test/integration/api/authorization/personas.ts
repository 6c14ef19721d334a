import { listProjects } from '#platform/directory/stores/projects.ts';
import { listUsers } from '#platform/directory/stores/users.ts';
import type { Seed } from '../../../../api/identity/bootstrap.ts';
import type { Caller } from '../../../../api/identity/caller.ts';
import type { Region } from '../../../contract/region.ts';

/** Whose things the matrix asks for. */
const OWNER_PROJECT = 'owner-project';

const seed = (project: string, user: string, role: string): Seed => ({ project, user, role, password: `${user}-pass` });
/** The accounts behind the columns of the matrix. */
export const ACCOUNTS = {
  reader: seed(OWNER_PROJECT, 'matrix-reader', 'reader'),
  member: seed(OWNER_PROJECT, 'matrix-member', 'member'),
  manager: seed(OWNER_PROJECT, 'matrix-manager', 'manager'),
  /** Every right that a project gives, in another one. */
  'other project': seed('other-project', 'matrix-other', 'manager'),
  admin: seed('admin', 'matrix-admin', 'admin'),
  service: seed('service', 'matrix-service', 'service'),
} as const satisfies Readonly<Record<string, Seed>>;

export const COLUMNS = [
  'no token',
  'expired token',
  'other project',
  'reader',
  'member',
  'manager',
  'admin',
  'service',
] as const;
export type Column = (typeof COLUMNS)[number];

export interface Persona {
  readonly column: Column;
  readonly token: string | null;
  /** Null: nobody, as the token is missing or no longer valid. */
  readonly caller: Caller | null;
}

/** A token for each column of the matrix. */
export async function personasOf({ directory, deps }: Region): Promise<readonly Persona[]> {
  const [users, projects] = await Promise.all([listUsers(directory.read), listProjects(directory.read)]);
  const issue = (account: Seed, notAfter: number | null) =>
    deps.tokens.issue({
      userId: idOf(users, account.user),
      projectId: idOf(projects, account.project),
      ...{ methods: ['password'], applicationCredentialId: null, parent: null, notAfter },
    });
  return Promise.all(
    COLUMNS.map(async (column): Promise<Persona> => {
      if (column === 'no token') return { column, token: null, caller: null };
      if (column === 'expired token') {
        return { column, token: (await issue(ACCOUNTS.admin, Date.now() - 1_000)).token, caller: null };
      }
      return { column, ...(await issue(ACCOUNTS[column], null)) };
    }),
  );
}

function idOf(rows: readonly { readonly id: string; readonly name: string }[], name: string): string {
  const row = rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`no row of the name ${name}`);
  return row.id;
}
