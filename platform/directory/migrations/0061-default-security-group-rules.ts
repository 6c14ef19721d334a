import { EXACT_TEXT } from '../../database/exact-text.ts';
import type { Migration } from '../../database/migrations.ts';

const BUILT_IN = [
  ['5a3a7c6e-0000-4000-8000-000000000001', 'egress', 'IPv4', 'NULL', 1],
  ['5a3a7c6e-0000-4000-8000-000000000002', 'egress', 'IPv6', 'NULL', 1],
  ['5a3a7c6e-0000-4000-8000-000000000003', 'ingress', 'IPv4', "'PARENT'", 0],
  ['5a3a7c6e-0000-4000-8000-000000000004', 'ingress', 'IPv6', "'PARENT'", 0],
] as const;

/** The rules that new security groups begin with. The first are those that every group has begun with so far. */
export const defaultSecurityGroupRules: Migration = {
  name: '0061-default-security-group-rules',
  up: [
    `CREATE TABLE IF NOT EXISTS default_security_group_rules (
      id CHAR(36) NOT NULL PRIMARY KEY,
      direction VARCHAR(8) NOT NULL,
      ethertype VARCHAR(4) NOT NULL,
      protocol VARCHAR(40) NULL,
      port_min INT NULL,
      port_max INT NULL,
      remote_ip_prefix VARCHAR(64) NULL,
      remote_group_id VARCHAR(36) NULL,
      description VARCHAR(255) NOT NULL,
      in_default_groups TINYINT NOT NULL,
      in_other_groups TINYINT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      revision INT NOT NULL,
      content_key VARCHAR(255) NOT NULL,
      UNIQUE KEY default_security_group_rules_content (content_key)
    ) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`,
    ...BUILT_IN.map(
      ([id, direction, ethertype, remote, others]) =>
        `INSERT IGNORE INTO default_security_group_rules VALUES ('${id}', '${direction}', '${ethertype}', NULL, NULL, NULL,
          NULL, ${remote}, '', 1, ${others}, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 0,
          '["${direction}","${ethertype}",null,null,null,null,${remote === 'NULL' ? 'null' : '"PARENT"'}]')`,
    ),
  ],
};
