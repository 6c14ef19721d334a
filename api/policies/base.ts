import { type RuleTable, rule } from './rule.ts';

/** Rules that stand for a kind of caller. Other rules refer to them, so a change of one changes all those. */
export const BASE_RULES = {
  context_is_admin: rule(
    'role:admin',
    'Is an admin of the Compute, Image, Network and Placement APIs, and sees all projects there',
  ),
  admin_required: rule('role:admin', 'Is an admin of the Identity and Federation APIs'),
  admin_api: rule('rule:context_is_admin', 'Older name of context_is_admin'),
  admin_or_owner: rule('rule:context_is_admin or project_id:%(project_id)s', 'Is in the project, or an admin'),
  project_manager_api: rule('role:manager and project_id:%(project_id)s', 'Is a manager of the project'),
  project_member_api: rule('role:member and project_id:%(project_id)s', 'Is a member of the project'),
  project_reader_api: rule('role:reader and project_id:%(project_id)s', 'Is a reader of the project'),
  project_manager_or_admin: rule('rule:project_manager_api or rule:context_is_admin', 'Is a manager, or an admin'),
  project_member_or_admin: rule('rule:project_member_api or rule:context_is_admin', 'Is a member, or an admin'),
  project_reader_or_admin: rule('rule:project_reader_api or rule:context_is_admin', 'Is a reader, or an admin'),
  service_api: rule('role:service', 'Is another service of the region'),
  service_or_admin: rule('rule:service_api or rule:context_is_admin', 'Is a service, or an admin'),
} as const satisfies RuleTable;
