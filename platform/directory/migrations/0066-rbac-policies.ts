import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

const forEveryProject = (type: string, action: string, from: string): string =>
  `INSERT IGNORE INTO rbac_policies (id, project_id, object_type, object_id, action, target_project, revision)
    SELECT UUID(), project_id, '${type}', id, '${action}', '*', 0 FROM ${from} = 1`;

/** What is shared with whom. What every project had already is written as a policy for all of them. */
export const rbacPolicies: Migration = {
  name: '0066-rbac-policies',
  up: [
    `CREATE TABLE IF NOT EXISTS rbac_policies (
      id CHAR(36) NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) NOT NULL,
      object_type VARCHAR(32) NOT NULL,
      object_id CHAR(36) NOT NULL,
      action VARCHAR(32) NOT NULL,
      target_project VARCHAR(64) NOT NULL,
      revision INT NOT NULL,
      UNIQUE KEY rbac_policies_once (object_id, object_type, action, target_project),
      KEY rbac_policies_target (target_project, object_type, action, object_id),
      KEY rbac_policies_project (project_id)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    forEveryProject('network', 'access_as_shared', 'networks WHERE shared'),
    forEveryProject('network', 'access_as_external', 'networks WHERE external'),
    forEveryProject('subnetpool', 'access_as_shared', 'subnet_pools WHERE shared'),
  ],
};
