import type { ApplicationCredentialRecord } from '#platform/directory/stores/application-credentials.ts';
import type { RoleRecord } from '#platform/directory/stores/roles.ts';
import { identityUrl } from '../links.ts';
import { keystoneTime } from '../times.ts';

/** A moment of an application credential: microseconds, without a zone. */
const expiryView = (iso: string): string => keystoneTime(Date.parse(iso)).replace('Z', '');

/** @param roles all roles, of which those of the credential are shown. */
export function credentialView(
  credential: ApplicationCredentialRecord,
  roles: readonly RoleRecord[],
  publicUrl: string,
) {
  return {
    id: credential.id,
    name: credential.name,
    description: credential.description,
    project_id: credential.projectId,
    user_id: credential.userId,
    unrestricted: credential.unrestricted,
    expires_at: credential.expiresAt === null ? null : expiryView(credential.expiresAt),
    roles: roles
      .filter((role) => credential.roleIds.includes(role.id))
      .map(({ id, name }) => ({ id, name, domain_id: null })),
    system: null,
    links: {
      self: `${identityUrl({ publicUrl })}/users/${credential.userId}/application_credentials/${credential.id}`,
    },
  };
}
