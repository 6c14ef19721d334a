import type { ApiConfig } from '../../config.ts';
import type { Caller } from '../caller.ts';
import { catalogOf } from '../catalog/catalog.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { keystoneTime } from '../times.ts';

/** Keystone shows two: the token's own, and that of the log-in that it comes of. */
const shownAuditIds = (chain: readonly string[]): readonly string[] => [
  ...chain.slice(0, 1),
  ...chain.slice(1).slice(-1),
];

/** The `token` of an answer. `roleIds` names the ids of the caller's roles. */
export function tokenView(
  caller: Caller,
  roleIds: ReadonlyMap<string, string>,
  config: Pick<ApiConfig, 'publicUrl' | 'region'>,
  options: { readonly catalog: boolean },
) {
  return {
    token: {
      methods: caller.methods,
      user: {
        id: caller.userId,
        name: caller.userName,
        domain: { ...DEFAULT_DOMAIN },
        password_expires_at: null,
      },
      audit_ids: shownAuditIds(caller.auditIds),
      expires_at: keystoneTime(caller.expiresAt),
      issued_at: keystoneTime(caller.issuedAt),
      ...(caller.applicationCredentialId === null
        ? {}
        : { application_credential: { id: caller.applicationCredentialId, restricted: true } }),
      ...(caller.projectId === ''
        ? {}
        : {
            project: { id: caller.projectId, name: caller.projectName, domain: { ...DEFAULT_DOMAIN } },
            is_domain: false,
            roles: caller.roles.flatMap((name) => {
              const id = roleIds.get(name);
              return id === undefined ? [] : [{ id, name }];
            }),
            ...(options.catalog ? { catalog: catalogOf(config) } : {}),
          }),
    },
  };
}
