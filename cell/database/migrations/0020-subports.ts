import type { Migration } from '#platform/database/migrations.ts';

/** Ports whose frames come tagged on the card of another port. */
export const subports: Migration = {
  name: '0020-subports',
  up: [
    'ALTER TABLE port_bindings ADD COLUMN IF NOT EXISTS parent_port_id CHAR(36) NULL',
    'ALTER TABLE port_bindings ADD INDEX IF NOT EXISTS port_bindings_parent (parent_port_id)',
    'ALTER TABLE hosts ADD COLUMN IF NOT EXISTS tags_frames TINYINT NULL',
  ],
};
