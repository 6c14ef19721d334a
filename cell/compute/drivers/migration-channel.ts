/** What goes from a machine to the one that waits for it: its memory and devices, and the writes to its disks. */
export const MIGRATION_CHANNELS = ['memory', 'disks'] as const;
export type MigrationChannel = (typeof MIGRATION_CHANNELS)[number];
