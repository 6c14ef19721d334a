import { CREATE_SIGHTINGS } from '#platform/audit/sightings-table.ts';
import { EXACT_TEXT } from '#platform/database/exact-text.ts';
import type { Migration } from '#platform/database/migrations.ts';

const ID = 'CHAR(36)';
const HASH = 'CHAR(64)';
const END = `) ENGINE=InnoDB DEFAULT ${EXACT_TEXT}`;

/** Keys of agents, the one-time tokens that give them, the keys with which the conductor signs, and what was noticed between audits. */
export const agentKeys: Migration = {
  name: '0010-agent-keys',
  up: [
    `CREATE TABLE IF NOT EXISTS agent_keys (
    agent_id ${ID} NOT NULL,
    key_hash ${HASH} NOT NULL,
    kind VARCHAR(10) NOT NULL,
    hosts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NULL,
    PRIMARY KEY (agent_id, key_hash)
  ${END}`,
    `CREATE TABLE IF NOT EXISTS join_tokens (
    token_hash ${HASH} NOT NULL PRIMARY KEY,
    hosts TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    compute_agent_id ${ID} NULL,
    network_agent_id ${ID} NULL,
    KEY join_tokens_expires (expires_at)
  ${END}`,
    `CREATE TABLE IF NOT EXISTS signing_keys (
    id ${ID} NOT NULL PRIMARY KEY,
    private_key TEXT NOT NULL,
    public_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
  ${END}`,
    CREATE_SIGHTINGS,
  ],
};
