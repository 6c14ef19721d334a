import type { ApiConfig } from '../../config.ts';
import type { Caller } from '../caller.ts';
import { catalogOf } from '../catalog/catalog.ts';
import { DEFAULT_DOMAIN } from '../default-domain.ts';
import { keystoneTime } from '../times.ts';

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
      audit_ids: caller.auditIds,
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
