import { ANYBODY, anyScope, open, type RuleTable, rule } from './rule.ts';

const ADMIN = 'rule:admin_required';
/** Admins, and everybody for themselves. */
const SELF = 'rule:admin_required or user_id:%(target.user.id)s';
const OWN_TOKEN = 'rule:admin_required or role:service or user_id:%(target.token.user_id)s';
/** Only for oneself, in the project of the token, and not with another application credential. */
const BY_LOG_IN = 'user_id:%(target.user.id)s and application_credential_id:None';
const USER = '/v3/users/{id}';
const CREDENTIALS = '/v3/users/{user}/application_credentials';
const ROLES_OF = ['projects', 'domains'].map((noun) => `/v3/${noun}/{target}/users/{user}/roles`);
const onGrants = (method: string) => ROLES_OF.map((path) => `${method} ${path}/{role}`);

/** The Identity API, by Keystone's names. */
export const IDENTITY_RULES = {
  'identity:versions': open('List the versions of the Identity API', 'GET /', 'GET /v3'),
  'identity:authenticate': open('Log in', 'POST /v3/auth/tokens'),
  'identity:validate_token': anyScope(OWN_TOKEN, 'Show what a token says', 'GET /v3/auth/tokens'),
  'identity:revoke_token': anyScope(OWN_TOKEN, 'Revoke a token', 'DELETE /v3/auth/tokens'),
  'identity:get_auth_catalog': rule(ANYBODY, 'Show the catalog of the token', 'GET /v3/auth/catalog'),
  'identity:get_auth_projects': anyScope(ANYBODY, 'List the projects one may log in to', 'GET /v3/auth/projects'),
  'identity:get_auth_domains': anyScope(ANYBODY, 'List the domains one may log in to', 'GET /v3/auth/domains'),
  'identity:get_auth_system': anyScope(ANYBODY, 'Ask whether one may log in to the system', 'GET /v3/auth/system'),

  'identity:list_users': anyScope(ADMIN, 'List users', 'GET /v3/users'),
  'identity:get_user': anyScope(SELF, 'Show a user', `GET ${USER}`),
  'identity:create_user': anyScope(ADMIN, 'Create a user', 'POST /v3/users'),
  'identity:update_user': anyScope(ADMIN, 'Change a user', `PATCH ${USER}`),
  'identity:delete_user': anyScope(ADMIN, 'Delete a user', `DELETE ${USER}`),
  /** The old password is the proof. */
  'identity:change_password': anyScope(ANYBODY, 'Change a password by the old one', `POST ${USER}/password`),
  'identity:list_user_projects': anyScope(SELF, 'List the projects of a user', `GET ${USER}/projects`),
  'identity:list_groups_for_user': anyScope(SELF, 'List the groups of a user', `GET ${USER}/groups`),
  'identity:list_groups': anyScope(ADMIN, 'List groups', 'GET /v3/groups'),
  'identity:get_group': anyScope(ANYBODY, 'Show a group', 'GET /v3/groups/{id}'),

  'identity:list_application_credentials': anyScope(SELF, 'List application credentials', `GET ${CREDENTIALS}`),
  'identity:get_application_credential': anyScope(SELF, 'Show an application credential', `GET ${CREDENTIALS}/{id}`),
  'identity:create_application_credential': rule(BY_LOG_IN, 'Create an application credential', `POST ${CREDENTIALS}`),
  'identity:delete_application_credential': anyScope(
    `rule:admin_required or (${BY_LOG_IN} and not project_id:None)`,
    'Delete an application credential',
    `DELETE ${CREDENTIALS}/{id}`,
  ),

  'identity:list_projects': anyScope(ADMIN, 'List projects', 'GET /v3/projects'),
  'identity:get_project': anyScope(
    'rule:admin_required or project_id:%(target.project.id)s',
    'Show a project',
    'GET /v3/projects/{id}',
  ),
  'identity:create_project': anyScope(ADMIN, 'Create a project', 'POST /v3/projects'),
  'identity:update_project': anyScope(ADMIN, 'Change a project', 'PATCH /v3/projects/{id}'),
  'identity:delete_project': anyScope(ADMIN, 'Delete a project', 'DELETE /v3/projects/{id}'),
  'identity:list_domains': anyScope(ANYBODY, 'List domains', 'GET /v3/domains'),
  'identity:get_domain': anyScope(ANYBODY, 'Show a domain', 'GET /v3/domains/{id}'),

  'identity:list_roles': anyScope(ADMIN, 'List roles', 'GET /v3/roles'),
  'identity:get_role': anyScope(ADMIN, 'Show a role', 'GET /v3/roles/{id}'),
  'identity:create_role': anyScope(ADMIN, 'Create a role', 'POST /v3/roles'),
  'identity:update_role': anyScope(ADMIN, 'Change a role', 'PATCH /v3/roles/{id}'),
  'identity:delete_role': anyScope(ADMIN, 'Delete a role', 'DELETE /v3/roles/{id}'),
  'identity:list_role_inference_rules': anyScope(ADMIN, 'List what roles imply', 'GET /v3/role_inferences'),
  'identity:list_role_assignments': anyScope(
    'rule:admin_required or user_id:%(target.user.id)s',
    'List who has which role where',
    'GET /v3/role_assignments',
  ),
  'identity:create_grant': anyScope(ADMIN, 'Give a user a role', ...onGrants('PUT')),
  'identity:check_grant': anyScope(ADMIN, 'Ask whether a user has a role', ...onGrants('GET')),
  'identity:revoke_grant': anyScope(ADMIN, 'Take a role from a user', ...onGrants('DELETE')),
  'identity:list_grants': anyScope(ADMIN, 'List the roles of a user', ...ROLES_OF.map((path) => `GET ${path}`)),

  'identity:list_services': anyScope(ADMIN, 'List services of the catalog', 'GET /v3/services'),
  'identity:get_service': anyScope(ADMIN, 'Show a service', 'GET /v3/services/{id}'),
  'identity:list_endpoints': anyScope(ADMIN, 'List endpoints', 'GET /v3/endpoints'),
  'identity:get_endpoint': anyScope(ADMIN, 'Show an endpoint', 'GET /v3/endpoints/{id}'),
  'identity:list_regions': anyScope(ANYBODY, 'List regions', 'GET /v3/regions'),
  'identity:get_region': anyScope(ANYBODY, 'Show a region', 'GET /v3/regions/{id}'),
} as const satisfies RuleTable;
