import type { Directory } from '#platform/directory/directory.ts';
import { findApplicationCredential } from '#platform/directory/stores/application-credentials.ts';
import { findProjectByName, listProjects } from '#platform/directory/stores/projects.ts';
import { projectRoles } from '#platform/directory/stores/roles.ts';
import { findUser, type UserRecord } from '#platform/directory/stores/users.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { passwordMatches } from '../passwords/password-hash.ts';
import type { TokenAuthority, TokenGrant } from '../tokens/token-authority.ts';
import type { AuthRequest, Identity, Scope, UserReference } from './schema.ts';

type Proof = Omit<TokenGrant, 'projectId'> & {
  /** The project when the request names none; null: none. */
  readonly projectId: string | null;
  /** Whether the request may choose another. */
  readonly mayChoose: boolean;
};

const refused = (): VolvoxError =>
  new VolvoxError('unauthenticated', 'The request you have made requires authentication.');
const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

/**
 * Authenticates the caller and determines the project. Every failed proof gets the same 401, so nobody can find out whether a name exists.
 * @throws VolvoxError unauthenticated, invalid (a malformed request), forbidden (an application credential wants another project).
 */
export async function logIn(directory: Directory, tokens: TokenAuthority, { auth }: AuthRequest): Promise<TokenGrant> {
  const proof = await prove(directory, tokens, auth.identity);
  const { projectId, mayChoose, ...grant } = proof;
  const asked = await projectOf(directory, auth.scope);
  if (asked === undefined) return { ...grant, projectId };
  if (!mayChoose && asked !== projectId) {
    throw new VolvoxError('forbidden', 'Application credentials cannot request a scope.');
  }
  return { ...grant, projectId: asked };
}

async function prove(directory: Directory, tokens: TokenAuthority, identity: Identity): Promise<Proof> {
  const [method, ...more] = identity.methods;
  if (more.length > 0) throw invalid('Only one authentication method at a time is supported.');
  if (method === 'password') return byPassword(directory, identity.password);
  if (method === 'token') return byToken(tokens, identity.token);
  if (method === 'application_credential') return byCredential(directory, identity.application_credential);
  throw new VolvoxError('unauthenticated', `Attempted to authenticate with an unsupported method.`);
}

async function byPassword(directory: Directory, given: Identity['password']): Promise<Proof> {
  if (given === undefined) throw invalid("'password' is required in 'auth.identity'");
  const user = await userOf(directory, given.user);
  const right = await passwordMatches(given.user.password, user?.passwordHash ?? null);
  if (user === null || !right || !user.enabled) throw refused();
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
    throw new VolvoxError('forbidden', 'Application credentials cannot be used to get another token.');
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

async function byCredential(directory: Directory, given: Identity['application_credential']): Promise<Proof> {
  if (given === undefined) throw invalid("'application_credential' is required in 'auth.identity'");
  const owner = given.user === undefined ? null : await userOf(directory, given.user);
  const row =
    given.id !== undefined
      ? await findApplicationCredential(directory.read, { id: given.id })
      : owner !== null && given.name !== undefined
        ? await findApplicationCredential(directory.read, { userId: owner.id, name: given.name })
        : null;
  const right = await passwordMatches(given.secret, row?.secretHash ?? null);
  if (row === null || !right) throw refused();
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

async function userOf(directory: Directory, reference: UserReference): Promise<UserRecord | null> {
  if (reference.id !== undefined) return findUser(directory.read, { id: reference.id });
  if (reference.name === undefined) throw invalid("'user' needs an 'id', or a 'name' with a 'domain'");
  if (!isDefaultDomain(reference.domain)) return null;
  return findUser(directory.read, { name: reference.name });
}

type DomainReference = UserReference['domain'];

/** Domain names are compared without case, as in Keystone. */
function isDefaultDomain(domain: DomainReference): boolean {
  if (domain?.id !== undefined) return domain.id === DEFAULT_DOMAIN.id;
  if (domain?.name !== undefined) return domain.name.toLowerCase() === DEFAULT_DOMAIN.name.toLowerCase();
  throw invalid("A 'domain' with 'id' or 'name' is required together with a name.");
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
    throw new VolvoxError('unauthenticated', 'Only projects can be the scope of a token.');
  }
  const project = scope.project;
  if (project === undefined) throw invalid("'project' is required in 'auth.scope'");
  if (project.id !== undefined) return project.id;
  if (project.name === undefined) throw invalid("'project' needs an 'id', or a 'name' with a 'domain'");
  if (!isDefaultDomain(project.domain)) throw refused();
  const row = await findProjectByName(directory.read, project.name);
  if (row === null) throw refused();
  return row.id;
}
