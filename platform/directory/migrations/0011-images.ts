import type { Migration } from '../../database/migrations.ts';

export const images: Migration = {
  name: '0011-images',
  up: [
    `CREATE TABLE IF NOT EXISTS images (
      id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      project_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      name VARCHAR(255) NULL,
      status VARCHAR(20) CHARACTER SET ascii NOT NULL,
      visibility VARCHAR(10) CHARACTER SET ascii NOT NULL,
      disk_format VARCHAR(20) CHARACTER SET ascii NULL,
      container_format VARCHAR(20) CHARACTER SET ascii NULL,
      min_disk_gb INT NOT NULL,
      min_ram_mb INT NOT NULL,
      is_protected TINYINT NOT NULL,
      is_hidden TINYINT NOT NULL,
      size_bytes BIGINT NULL,
      virtual_size_bytes BIGINT NULL,
      md5 CHAR(32) CHARACTER SET ascii NULL,
      sha256 CHAR(64) CHARACTER SET ascii NULL,
      expected_hashes MEDIUMTEXT NOT NULL,
      properties MEDIUMTEXT NOT NULL,
      upload_expires_at BIGINT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      version INT NOT NULL,
      KEY images_project (project_id, created_at),
      KEY images_visibility (visibility, created_at),
      KEY images_name (name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS image_tags (
      image_id CHAR(36) CHARACTER SET ascii NOT NULL,
      tag VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
      PRIMARY KEY (image_id, tag),
      KEY image_tags_tag (tag)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS image_members (
      image_id CHAR(36) CHARACTER SET ascii NOT NULL,
      member_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      status VARCHAR(10) CHARACTER SET ascii NOT NULL,
      created_at DATETIME(6) NOT NULL,
      updated_at DATETIME(6) NOT NULL,
      PRIMARY KEY (image_id, member_id),
      KEY image_members_member (member_id, status)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  ],
};
