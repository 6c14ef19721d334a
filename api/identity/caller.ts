/** The content of a valid token: user, project and roles. Ids are 32 hex digits as Keystone's, `default` for the domain. */
export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string;
  /** Empty for an unscoped token, which only the identity API takes. */
  readonly projectId: string;
  readonly projectName: string;
  readonly projectDomainId: string;
  /** Role names, with those that a role implies (admin ⊃ manager ⊃ member ⊃ reader). */
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
  /** Set when the token was got with an application credential, which may not make tokens or credentials beyond itself. */
  readonly applicationCredentialId: string | null;
  /** Ms since the epoch. */
  readonly expiresAt: number;
  readonly issuedAt: number;
  readonly methods: readonly string[];
  /** Its own first; then those of the tokens that it comes of, as far as the log-in. */
  readonly auditIds: readonly string[];
}

/** The caller of a path that needs no token. */
export const NOBODY: Caller = {
  userId: '',
  userName: '',
  userDomainId: '',
  projectId: '',
  projectName: '',
  projectDomainId: '',
  roles: [],
  isAdmin: false,
  applicationCredentialId: null,
  expiresAt: 0,
  issuedAt: 0,
  methods: [],
  auditIds: [],
};
