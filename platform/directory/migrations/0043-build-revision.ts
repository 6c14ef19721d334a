import type { Migration } from '../../database/migrations.ts';

export const buildRevision: Migration = {
  name: '0043-build-revision',
  up: ['ALTER TABLE instance_homes ADD COLUMN IF NOT EXISTS build_revision INT NOT NULL DEFAULT 0'],
};
