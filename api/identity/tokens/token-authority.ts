import type { Caller } from '../caller.ts';

/** The owner of a token, and the methods that authenticated them. */
export interface TokenGrant {
  readonly userId: string;
  /** null: unscoped. */
  readonly projectId: string | null;
  readonly methods: readonly string[];
  readonly applicationCredentialId: string | null;
  /** A token made from another lives no longer than it and is revoked with it. */
  readonly parent: Pick<Caller, 'expiresAt' | 'auditIds'> | null;
  /** Ms since the epoch; null: the usual lifetime. */
  readonly notAfter: number | null;
}

/**
 * Issues and verifies tokens. A token is a signed statement of user, project and authentication methods. Roles are looked up at each use, so a
 * removed role disappears from every token within a second, in every process of the region.
 */
export interface TokenAuthority {
  /** @throws VolvoxError unauthenticated when the user is disabled, or has no role in the project. */
  issue(grant: TokenGrant): Promise<{ readonly token: string; readonly caller: Caller }>;
  /**
   * Without a promise when it was seen lately.
   * @throws VolvoxError unauthenticated: malformed, expired, revoked, its user or project disabled or gone.
   */
  verify(token: string): Caller | Promise<Caller>;
  /** Ends this token, and those made from it. From then on no process of the region takes it (others within a second). */
  revoke(caller: Caller): Promise<void>;
  /** To be called after a change to users, projects or roles was committed with `touchIdentity`: this process sees it at once. */
  forget(): void;
}
