import { createHmac, hash, randomBytes } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Directory } from '#platform/directory/directory.ts';
import {
  type ApplicationCredentialRecord,
  findApplicationCredential,
} from '#platform/directory/stores/application-credentials.ts';
import { identityRevision } from '#platform/directory/stores/identity-revision.ts';
import { findProject } from '#platform/directory/stores/projects.ts';
import { listRoles, projectRoles, withImplied } from '#platform/directory/stores/roles.ts';
import { tokensNotBefore } from '#platform/directory/stores/token-cutoffs.ts';
import { isRevoked, revokeAuditId } from '#platform/directory/stores/token-revocations.ts';
import { findUser } from '#platform/directory/stores/users.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';
import { BoundedCache } from '../../http/bounded-cache.ts';
import type { Caller } from '../caller.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import type { TokenAuthority, TokenGrant } from './token-authority.ts';

interface SignedTokensOptions {
  readonly directory: Directory;
  readonly signingKey: { reveal(): string };
  readonly lifetimeMs: number;
  readonly clock: Clock;
}

/** What a token states and its signature vouches for; times in ms since the epoch. */
interface Claims {
  readonly userId: string;
  readonly projectId: string;
  readonly methods: readonly string[];
  readonly auditIds: readonly string[];
  readonly applicationCredentialId: string | null;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** How long the cache is trusted without a check for changes, in ms. */
const REVISION_CHECK_MS = 1_000;
const REMEMBERED_TOKENS = 20_000;
const REMEMBERED_REFUSALS = 2_000;

/** A token carries the audit ids of all that it comes of, so that it ends with each of them. */
const MAX_CHAIN = 64;

const tooLongChain = (): VolvoxError =>
  new VolvoxError('forbidden', `A token that comes of ${MAX_CHAIN - 1} others cannot be exchanged; log in again.`);

const REFUSED = 'The request you have made requires authentication.';
const refused = (cause?: unknown): VolvoxError => new VolvoxError('unauthenticated', REFUSED, { cause });

/**
 * Tokens as JSON Web Tokens (HS256). A cache maps the hash of a token to its owner. Once a second, a small query checks whether users, roles or
 * revocations have changed anywhere; if so, the cache is emptied.
 */
export class SignedTokens implements TokenAuthority {
  readonly #options: SignedTokensOptions;
  readonly #key: Uint8Array;
  readonly #remembered = new BoundedCache<string, Caller>(REMEMBERED_TOKENS);
  /** Signed tokens that the directory has refused. Repeating one causes no query. The cache is emptied when identity data changes. */
  readonly #refused = new BoundedCache<string, true>(REMEMBERED_REFUSALS);
  #revision = -1;
  #checkedAt = 0;
  #checking: Promise<void> | undefined;
  /** Incremented when the cache is emptied, so that a look-up that started before is not cached. */
  #generation = 0;

  constructor(options: SignedTokensOptions) {
    this.#options = options;
    this.#key = createHmac('sha256', options.signingKey.reveal()).update('volvox tokens').digest();
  }

  verify(token: string): Caller | Promise<Caller> {
    const now = this.#options.clock.now();
    if (this.#wasChecked(now)) {
      const caller = this.#remembered.get(keyOf(token));
      if (caller !== undefined && caller.expiresAt > now) return caller;
    }
    return this.#verifySlowly(token, now);
  }

  async issue(grant: TokenGrant): Promise<{ token: string; caller: Caller }> {
    const issuedAt = this.#options.clock.now();
    const bounds = [issuedAt + this.#options.lifetimeMs, grant.parent?.expiresAt, grant.notAfter];
    const auditId = randomBytes(16).toString('base64url');
    const ancestors = grant.parent?.auditIds ?? [];
    if (ancestors.length >= MAX_CHAIN) throw tooLongChain();
    const claims: Claims = {
      userId: grant.userId,
      projectId: grant.projectId ?? '',
      methods: grant.methods,
      auditIds: [auditId, ...ancestors],
      applicationCredentialId: grant.applicationCredentialId,
      issuedAt,
      expiresAt: Math.min(...bounds.filter((bound) => bound !== null && bound !== undefined)),
    };
    const caller = await this.#lookUp(claims);
    return { token: await this.#sign(claims), caller };
  }

  async revoke(caller: Caller): Promise<void> {
    const { directory, clock } = this.#options;
    const [auditId] = caller.auditIds;
    if (auditId === undefined) return;
    // No token that comes of it lives longer than it does.
    await directory.transaction((tx) => revokeAuditId(tx, auditId, caller.expiresAt, clock.now()));
    this.forget();
  }

  forget(): void {
    this.#generation++;
    this.#remembered.clear();
    this.#refused.clear();
  }

  async #verifySlowly(token: string, now: number): Promise<Caller> {
    await this.#forgetIfChanged(now);
    const key = keyOf(token);
    const known = this.#remembered.get(key);
    if (known !== undefined && known.expiresAt > now) return known;
    if (this.#refused.get(key)) throw refused();
    const generation = this.#generation;
    const claims = await this.#read(token);
    try {
      const caller = await this.#lookUp(claims);
      if (generation === this.#generation) this.#remembered.set(key, caller);
      return caller;
    } catch (error) {
      if (isVolvoxError(error, 'unauthenticated') && generation === this.#generation) this.#refused.set(key, true);
      throw error;
    }
  }

  /** Not for a check of the future: the clock has gone back since. */
  #wasChecked(now: number): boolean {
    const agoMs = now - this.#checkedAt;
    return agoMs < REVISION_CHECK_MS && agoMs >= 0;
  }

  async #forgetIfChanged(now: number): Promise<void> {
    if (this.#wasChecked(now)) return;
    this.#checking ??= identityRevision(this.#options.directory.read)
      .then((revision) => {
        if (revision !== this.#revision) this.forget();
        this.#revision = revision;
        this.#checkedAt = now;
      })
      .catch((cause) => {
        throw isVolvoxError(cause) ? cause : new VolvoxError('unavailable', 'Tokens cannot be checked now.', { cause });
      })
      .finally(() => {
        this.#checking = undefined;
      });
    await this.#checking;
  }

  async #sign(claims: Claims): Promise<string> {
    return new SignJWT({
      sub: claims.userId,
      prj: claims.projectId,
      mth: claims.methods,
      aud: [...claims.auditIds],
      apc: claims.applicationCredentialId,
      ist: claims.issuedAt,
      ext: claims.expiresAt,
    })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(this.#key);
  }

  async #read(token: string): Promise<Claims> {
    const { payload } = await jwtVerify(token, this.#key, { algorithms: ['HS256'] }).catch((cause) => {
      throw refused(cause);
    });
    const claims: Claims = {
      userId: payload.sub ?? '',
      projectId: String(payload.prj),
      methods: payload.mth as string[],
      auditIds: [payload.aud ?? []].flat(),
      applicationCredentialId: payload.apc as string | null,
      issuedAt: Number(payload.ist),
      expiresAt: Number(payload.ext),
    };
    if (!(claims.expiresAt > this.#options.clock.now())) throw refused();
    return claims;
  }

  /** What the directory says about it now. @throws VolvoxError unauthenticated */
  async #lookUp(claims: Claims): Promise<Caller> {
    const { read } = this.#options.directory;
    const [revoked, notBefore, user, project, given, credential] = await Promise.all([
      isRevoked(read, claims.auditIds),
      claims.projectId === '' ? 0 : tokensNotBefore(read, claims.userId, claims.projectId),
      findUser(read, { id: claims.userId }),
      claims.projectId === '' ? null : findProject(read, claims.projectId),
      claims.projectId === '' ? [] : projectRoles(read, claims.userId, claims.projectId),
      claims.applicationCredentialId === null
        ? null
        : findApplicationCredential(read, { id: claims.applicationCredentialId }),
    ]);
    if (revoked || user === null || !user.enabled) throw refused();
    if (claims.issuedAt < Math.max(user.tokensNotBefore, notBefore)) throw refused();
    if (claims.projectId !== '' && (project === null || !project.enabled)) throw refused();
    if (claims.applicationCredentialId !== null) {
      if (credential === null) throw refused();
      if (credential.expiresAt !== null && Date.parse(credential.expiresAt) <= this.#options.clock.now())
        throw refused();
    }
    const effective = withImplied(given.map((role) => role.name));
    const roles = credential === null ? effective : await this.#rolesOf(credential, effective);
    if (claims.projectId !== '' && roles.length === 0) throw refused();
    return {
      userId: user.id,
      userName: user.name,
      userDomainId: DEFAULT_DOMAIN.id,
      projectId: claims.projectId,
      projectName: project?.name ?? '',
      projectDomainId: claims.projectId === '' ? '' : DEFAULT_DOMAIN.id,
      roles,
      isAdmin: roles.includes('admin'),
      applicationCredentialId: claims.applicationCredentialId,
      expiresAt: claims.expiresAt,
      issuedAt: claims.issuedAt,
      methods: claims.methods,
      auditIds: claims.auditIds,
    };
  }

  /** A credential gives the roles it was made with, and what they imply, as far as its user still has them. */
  async #rolesOf(credential: ApplicationCredentialRecord, effective: readonly string[]): Promise<readonly string[]> {
    const chosen = await listRoles(this.#options.directory.read, [{ member: 'id', anyOf: credential.roleIds }]);
    const allowed = new Set(withImplied(chosen.map((role) => role.name)));
    return effective.filter((name) => allowed.has(name));
  }
}

/** The cache stores hashes, never the tokens themselves. */
const keyOf = (token: string): string => hash('sha256', token, 'base64');
