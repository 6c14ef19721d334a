import type { Migration } from '#platform/database/migrations.ts';

const ID = 'CHAR(36) CHARACTER SET ascii COLLATE ascii_bin';
const TEXT = 'VARCHAR(255)';
const END = ') ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** Identity, agents, hosts. */
const WHO = [
  `CREATE TABLE IF NOT EXISTS cell_identity (
    id TINYINT NOT NULL PRIMARY KEY,
    cell_id ${ID} NOT NULL,
    created_at BIGINT NOT NULL
  ${END}`,
  `CREATE TABLE IF NOT EXISTS agents (
    id ${ID} NOT NULL PRIMARY KEY,
    kind VARCHAR(10) NOT NULL,
    url ${TEXT} NOT NULL,
    \`release\` VARCHAR(64) NOT NULL,
    started_at DATETIME(6) NOT NULL,
    last_seen_at BIGINT NOT NULL,
    up TINYINT NOT NULL
  ${END}`,
  `CREATE TABLE IF NOT EXISTS hosts (
    id ${ID} NOT NULL PRIMARY KEY,
    name ${TEXT} NOT NULL,
    node ${TEXT} NOT NULL,
    version BIGINT NOT NULL,
    report MEDIUMTEXT NOT NULL,
    ratios VARCHAR(200) NOT NULL,
    capacity_vcpus BIGINT NOT NULL,
    capacity_ram_mb BIGINT NOT NULL,
    capacity_disk_gb BIGINT NOT NULL,
    used_vcpus BIGINT NOT NULL,
    used_ram_mb BIGINT NOT NULL,
    used_disk_gb BIGINT NOT NULL,
    guests INT NOT NULL,
    compute_agent_id ${ID} NULL,
    network_agent_id ${ID} NULL,
    up TINYINT NOT NULL,
    enabled TINYINT NOT NULL,
    disabled_reason TEXT NULL,
    forced_down TINYINT NOT NULL,
    build_failures INT NOT NULL,
    started_at DATETIME(6) NOT NULL,
    UNIQUE KEY hosts_name (name),
    KEY hosts_compute_agent (compute_agent_id),
    KEY hosts_network_agent (network_agent_id)
  ${END}`,
];

const INSTANCES = `CREATE TABLE IF NOT EXISTS instances (
    uuid ${ID} NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL AUTO_INCREMENT,
    epoch INT NOT NULL,
    version BIGINT NOT NULL,
    operation_id ${ID} NULL,
    project_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    display_name ${TEXT} NOT NULL,
    display_description ${TEXT} NULL,
    hostname ${TEXT} NOT NULL,
    flavor_id ${TEXT} NOT NULL,
    image_id ${ID} NOT NULL,
    key_name ${TEXT} NULL,
    host_id ${ID} NULL,
    host ${TEXT} NULL,
    node ${TEXT} NULL,
    zone ${TEXT} NULL,
    guest_id ${ID} NULL,
    vm_state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    old_vm_state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
    task_state VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
    power_state TINYINT NOT NULL,
    progress TINYINT NOT NULL,
    locked_by VARCHAR(10) NULL,
    lock_reason ${TEXT} NULL,
    launch_index INT NOT NULL,
    reservation_id VARCHAR(64) NOT NULL,
    config_drive TINYINT NOT NULL,
    disk_config VARCHAR(6) NOT NULL,
    access_ip_v4 VARCHAR(39) NULL,
    access_ip_v6 VARCHAR(39) NULL,
    addresses_v4 TEXT NOT NULL,
    addresses_v6 TEXT NOT NULL,
    tags TEXT NOT NULL,
    metadata MEDIUMTEXT NOT NULL,
    build MEDIUMTEXT NOT NULL,
    fault TEXT NULL,
    old_flavor TEXT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    launched_at DATETIME(6) NULL,
    terminated_at DATETIME(6) NULL,
    deleted_at DATETIME(6) NULL,
    build_failed_at BIGINT NULL,
    UNIQUE KEY instances_seq (seq),
    KEY instances_project (project_id, deleted_at, created_at, uuid),
    KEY instances_created (deleted_at, created_at, uuid),
    KEY instances_host (host_id, deleted_at),
    KEY instances_updated (updated_at),
    KEY instances_operation (operation_id),
    KEY instances_build_failed (build_failed_at)
  ${END}`;

const COPIES = [
  `CREATE TABLE IF NOT EXISTS guests (
    id ${ID} NOT NULL PRIMARY KEY,
    instance_uuid ${ID} NOT NULL,
    host_id ${ID} NOT NULL,
    role VARCHAR(10) NOT NULL,
    epoch INT NOT NULL,
    generation INT NOT NULL,
    power VARCHAR(10) NOT NULL,
    restarts INT NOT NULL,
    restart_kind VARCHAR(4) NOT NULL,
    graceful_stop_ms INT NOT NULL,
    spec MEDIUMTEXT NOT NULL,
    settled TINYINT NOT NULL,
    found_power TINYINT NOT NULL,
    found_generation INT NOT NULL,
    found_restarts INT NOT NULL,
    progress TINYINT NOT NULL,
    error TEXT NULL,
    errors INT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    KEY guests_instance (instance_uuid),
    KEY guests_host (host_id, settled),
    KEY guests_unsettled (settled, changed_at)
  ${END}`,
  `CREATE TABLE IF NOT EXISTS claims (
    guest_id ${ID} NOT NULL PRIMARY KEY,
    host_id ${ID} NOT NULL,
    instance_uuid ${ID} NOT NULL,
    group_id ${ID} NULL,
    vcpus INT NOT NULL,
    ram_mb INT NOT NULL,
    disk_gb INT NOT NULL,
    KEY claims_instance (instance_uuid),
    KEY claims_host (host_id, group_id),
    KEY claims_group (group_id, host_id)
  ${END}`,
  `CREATE TABLE IF NOT EXISTS group_locks (
    group_id ${ID} NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
  ${END}`,
  `CREATE TABLE IF NOT EXISTS port_bindings (
    id ${ID} NOT NULL PRIMARY KEY,
    port_id ${ID} NOT NULL,
    guest_id ${ID} NOT NULL,
    instance_uuid ${ID} NOT NULL,
    host_id ${ID} NOT NULL,
    network_id ${ID} NOT NULL,
    address VARCHAR(39) NULL,
    epoch INT NOT NULL,
    generation INT NOT NULL,
    present TINYINT NOT NULL,
    leaving TINYINT NOT NULL,
    definition MEDIUMTEXT NOT NULL,
    settled TINYINT NOT NULL,
    error TEXT NULL,
    errors INT NOT NULL,
    changed_at BIGINT NOT NULL,
    KEY port_bindings_guest (guest_id),
    KEY port_bindings_instance (instance_uuid),
    KEY port_bindings_host (host_id, settled),
    KEY port_bindings_unsettled (settled, changed_at),
    KEY port_bindings_address (network_id, address)
  ${END}`,
];

const NEWS = [
  `CREATE TABLE IF NOT EXISTS notices (
    id ${ID} NOT NULL PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    instance_uuid ${ID} NOT NULL,
    epoch INT NOT NULL,
    fault TEXT NULL,
    created_at DATETIME(6) NOT NULL,
    KEY notices_created (created_at)
  ${END}`,
  `CREATE TABLE IF NOT EXISTS released_builds (
    uuid ${ID} NOT NULL PRIMARY KEY,
    epoch INT NOT NULL,
    released_at BIGINT NOT NULL
  ${END}`,
];

export const cell: Migration = { name: '0002-cell', up: [...WHO, INSTANCES, ...COPIES, ...NEWS] };
