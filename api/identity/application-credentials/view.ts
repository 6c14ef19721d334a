import { fromJson, isoTime } from '#platform/database/json-column.ts';
import type { ApplicationCredentialRow } from '#platform/directory/stores/application-credentials.ts';
import type { RoleRow } from '#platform/directory/stores/roles.ts';
import { identityUrl } from '../links.ts';
import { keystoneTime } from '../times.ts';

/** A moment of an application credential: microseconds, without a zone. */
const expiryView = (sqlText: string): string => keystoneTime(Date.parse(isoTime(sqlText))).replace('Z', '');

/** @param roles all roles, of which those of the credential are shown. */
export function credentialView(row: ApplicationCredentialRow, roles: readonly RoleRow[], publicUrl: string) {
  const chosen = fromJson<string[]>(row.role_ids);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    project_id: row.project_id,
    user_id: row.user_id,
    unrestricted: row.unrestricted === 1,
    expires_at: row.expires_at === null ? null : expiryView(row.expires_at),
    roles: roles.filter((role) => chosen.includes(role.id)).map(({ id, name }) => ({ id, name, domain_id: null })),
    system: null,
    links: { self: `${identityUrl({ publicUrl })}/users/${row.user_id}/application_credentials/${row.id}` },
  };
}
