import type { Migration } from '../../database/migrations.ts';

export const identity: Migration = {
  name: '0010-identity',
  up: [
    `CREATE TABLE IF NOT EXISTS projects (
      id VARCHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      name VARCHAR(64) NOT NULL,
      description TEXT NOT NULL,
      enabled TINYINT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      UNIQUE KEY projects_name (name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS users (
      id VARCHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      name VARCHAR(255) NOT NULL,
      description TEXT NOT NULL,
      email VARCHAR(255) NULL,
      enabled TINYINT NOT NULL,
      password_hash VARCHAR(255) CHARACTER SET ascii NULL,
      default_project_id VARCHAR(64) CHARACTER SET ascii NULL,
      tokens_not_before BIGINT NOT NULL,
      created_at DATETIME(6) NOT NULL,
      UNIQUE KEY users_name (name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS roles (
      id VARCHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      name VARCHAR(255) NOT NULL,
      description TEXT NOT NULL,
      UNIQUE KEY roles_name (name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS role_assignments (
      user_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      target_type VARCHAR(10) CHARACTER SET ascii NOT NULL,
      target_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      role_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      PRIMARY KEY (user_id, target_type, target_id, role_id),
      KEY role_assignments_target (target_type, target_id),
      KEY role_assignments_role (role_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS application_credentials (
      id VARCHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      name VARCHAR(255) NOT NULL,
      description TEXT NOT NULL,
      user_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      project_id VARCHAR(64) CHARACTER SET ascii NOT NULL,
      secret_hash VARCHAR(255) CHARACTER SET ascii NOT NULL,
      role_ids MEDIUMTEXT NOT NULL,
      unrestricted TINYINT NOT NULL,
      expires_at DATETIME(6) NULL,
      created_at DATETIME(6) NOT NULL,
      UNIQUE KEY application_credentials_name (user_id, name)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS token_revocations (
      audit_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      expires_at BIGINT NOT NULL,
      KEY token_revocations_expires (expires_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    `CREATE TABLE IF NOT EXISTS identity_revision (
      id INT NOT NULL PRIMARY KEY,
      revision BIGINT NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
    'INSERT IGNORE INTO identity_revision (id, revision) VALUES (1, 0)',
  ],
};
