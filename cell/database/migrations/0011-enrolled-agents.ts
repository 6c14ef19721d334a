import { EXACT_TEXT } from '#platform/database/exact-text.ts';
import type { Migration } from '#platform/database/migrations.ts';

const END = `) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`;
const DIGIT =
  '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';

/**
 * Which agents and hosts ever had a key of their own. The rows outlive the keys, so that "was revoked" is not taken for "has not joined". The
 * hosts of the keys that exist already are members of JSON lists of at most 1,000 names.
 */
export const enrolledAgents: Migration = {
  name: '0011-enrolled-agents',
  up: [
    `CREATE TABLE IF NOT EXISTS enrolled_agents (
    agent_id CHAR(36) NOT NULL PRIMARY KEY,
    kind VARCHAR(10) NOT NULL,
    enrolled_at BIGINT NOT NULL
  ${END}`,
    `CREATE TABLE IF NOT EXISTS enrolled_hosts (
    kind VARCHAR(10) NOT NULL,
    name VARCHAR(255) NOT NULL,
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (kind, name)
  ${END}`,
    `INSERT IGNORE INTO enrolled_agents (agent_id, kind, enrolled_at)
    SELECT agent_id, MIN(kind), MIN(created_at) FROM agent_keys GROUP BY agent_id`,
    `INSERT IGNORE INTO enrolled_hosts (kind, name, enrolled_at)
    SELECT k.kind, JSON_UNQUOTE(JSON_EXTRACT(k.hosts, CONCAT('$[', n.at, ']'))), MIN(k.created_at)
    FROM agent_keys k
    JOIN (SELECT a.d + 10 * b.d + 100 * c.d AS at FROM ${DIGIT} a JOIN ${DIGIT} b JOIN ${DIGIT} c) n
      ON n.at < JSON_LENGTH(k.hosts)
    GROUP BY 1, 2`,
  ],
};
