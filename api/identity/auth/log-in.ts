import type { Directory } from '#platform/directory/directory.ts';
import {
  type ApplicationCredentialRecord,
  findApplicationCredential,
} from '#platform/directory/stores/application-credentials.ts';
import { findProjectByName, listProjects } from '#platform/directory/stores/projects.ts';
import { projectRoles } from '#platform/directory/stores/roles.ts';
import { findUser, type UserRecord } from '#platform/directory/stores/users.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GivenPassword, Passwords } from '../passwords/passwords.ts';
import type { TokenAuthority, TokenGrant } from '../tokens/token-authority.ts';
import { isDefaultDomain, namedCredential, namedUser } from './named-by.ts';
import type { AuthRequest, Identity, Scope, UserReference } from './schema.ts';

type Proof = Omit<TokenGrant, 'projectId'> & {
  /** The project when the request names none; null: none. */
  readonly projectId: string | null;
  /** Whether the request may choose another. */
  readonly mayChoose: boolean;
};

type Client = Omit<GivenPassword, 'password'>;

interface LogInDeps {
  readonly directory: Directory;
  readonly tokens: TokenAuthority;
  readonly passwords: Passwords;
}

const refused = (): VolvoxError =>
  new VolvoxError('unauthenticated', 'The request you have made requires authentication.');
const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

/**
 * Authenticates the caller and determines the project. Every failed proof gets the same 401, so nobody can find out whether a name exists.
 * @throws VolvoxError throttled, unauthenticated, invalid (a malformed request), forbidden (an application credential wants another project).
 */
export async function logIn(deps: LogInDeps, client: Client, { auth }: AuthRequest): Promise<TokenGrant> {
  const { directory } = deps;
  const proof = await prove(deps, client, auth.identity);
  const { projectId, mayChoose, ...grant } = proof;
  const asked = await projectOf(directory, auth.scope);
  if (asked === undefined) return { ...grant, projectId };
  if (!mayChoose && asked !== projectId) {
    throw new VolvoxError(
      'forbidden',
      'Application credentials cannot request a scope. Leave out auth.scope: the credential has one.',
    );
  }
  return { ...grant, projectId: asked };
}

async function prove(deps: LogInDeps, client: Client, identity: Identity): Promise<Proof> {
  const [method, ...more] = identity.methods;
  if (more.length > 0)
    throw invalid('Only one authentication method at a time is supported. Give auth.identity.methods one member.');
  if (method === 'password') return byPassword(deps, client, identity.password);
  if (method === 'token') return byToken(deps.tokens, identity.token);
  if (method === 'application_credential') return byCredential(deps, client, identity.application_credential);
  throw new VolvoxError(
    'unauthenticated',
    `Attempted to authenticate with an unsupported method. Expected in auth.identity.methods: password, token or application_credential.`,
  );
}

async function byPassword(
  { directory, passwords }: LogInDeps,
  client: Client,
  given: Identity['password'],
): Promise<Proof> {
  if (given === undefined) throw invalid("'password' is required in 'auth.identity'");
  const user = await passwords.check({ ...client, password: given.user.password }, async () => {
    const value = await userOf(directory, given.user);
    // The right password of a disabled user is a wrong one, or the counts would tell that it is right.
    const hash = value?.enabled === true ? value.passwordHash : null;
    return { named: namedUser(given.user), id: value?.id ?? null, hash, value };
  });
  if (user === null) throw refused();
  return {
    userId: user.id,
    methods: ['password'],
    applicationCredentialId: null,
    parent: null,
    notAfter: null,
    projectId: await usableDefaultProject(directory, user),
    mayChoose: true,
  };
}

async function byToken(tokens: TokenAuthority, given: Identity['token']): Promise<Proof> {
  if (given === undefined) throw invalid("'token' is required in 'auth.identity'");
  const caller = await tokens.verify(given.id);
  if (caller.applicationCredentialId !== null) {
    throw new VolvoxError(
      'forbidden',
      'Application credentials cannot be used to get another token. Log in with the credential itself.',
    );
  }
  return {
    userId: caller.userId,
    methods: [...new Set([...caller.methods, 'token'])],
    applicationCredentialId: null,
    parent: caller,
    notAfter: null,
    projectId: null,
    mayChoose: true,
  };
}

async function byCredential(
  { directory, passwords }: LogInDeps,
  client: Client,
  given: Identity['application_credential'],
): Promise<Proof> {
  if (given === undefined) throw invalid("'application_credential' is required in 'auth.identity'");
  const row = await passwords.check({ ...client, password: given.secret }, async () => {
    const value = await credentialOf(directory, given);
    return { named: namedCredential(given), id: value?.id ?? null, hash: value?.secretHash ?? null, value };
  });
  if (row === null) throw refused();
  return {
    userId: row.userId,
    methods: ['application_credential'],
    applicationCredentialId: row.id,
    parent: null,
    notAfter: row.expiresAt === null ? null : Date.parse(row.expiresAt),
    projectId: row.projectId,
    mayChoose: false,
  };
}

async function credentialOf(
  directory: Directory,
  given: NonNullable<Identity['application_credential']>,
): Promise<ApplicationCredentialRecord | null> {
  const owner = given.user === undefined ? null : await userOf(directory, given.user);
  if (given.id !== undefined) return findApplicationCredential(directory.read, { id: given.id });
  if (given.name === undefined) return null;
  // The same queries for a user who does not exist, so that the time tells nothing.
  return findApplicationCredential(directory.read, { userId: owner?.id ?? '', name: given.name });
}

async function userOf(directory: Directory, reference: UserReference): Promise<UserRecord | null> {
  if (reference.id !== undefined) return findUser(directory.read, { id: reference.id });
  if (reference.name === undefined) throw invalid("'user' needs an 'id', or a 'name' with a 'domain'");
  if (!isInDefaultDomain(reference)) return null;
  return findUser(directory.read, { name: reference.name });
}

/** @throws VolvoxError invalid when a name has no domain. */
function isInDefaultDomain({ domain }: UserReference): boolean {
  if (domain?.id === undefined && domain?.name === undefined) {
    throw invalid("A 'domain' with 'id' or 'name' is required together with a name.");
  }
  return isDefaultDomain(domain);
}

async function usableDefaultProject(directory: Directory, user: UserRecord): Promise<string | null> {
  const id = user.defaultProjectId;
  if (id === null) return null;
  const roles = await projectRoles(directory.read, user.id, id);
  const [project] = await listProjects(directory.read, [{ member: 'id', anyOf: [id] }]);
  return roles.length > 0 && project?.enabled === true ? id : null;
}

/** undefined: the request names no scope; null: it asks for an unscoped token. */
async function projectOf(directory: Directory, scope: Scope): Promise<string | null | undefined> {
  if (scope === undefined) return undefined;
  if (scope === 'unscoped' || scope.unscoped !== undefined) return null;
  if (scope.domain !== undefined || scope.system !== undefined) {
    throw new VolvoxError('unauthenticated', 'Only projects can be the scope of a token. Give auth.scope.project.');
  }
  const project = scope.project;
  if (project === undefined) throw invalid("'project' is required in 'auth.scope'");
  if (project.id !== undefined) return project.id;
  if (project.name === undefined) throw invalid("'project' needs an 'id', or a 'name' with a 'domain'");
  if (!isInDefaultDomain(project)) throw refused();
  const row = await findProjectByName(directory.read, project.name);
  if (row === null) throw refused();
  return row.id;
}
