/** What the auditors of a cell compare; each kind has a line in docs/auditors.md and a gauge. */
export const CELL_AUDIT_KINDS = [
  'host-usage',
  'claim-without-copy',
  'copy-without-claim',
  'binding-without-copy',
  'port-unbound',
  'instance-owner',
  'instance-copy',
  'instance-lingering',
  'copy-without-instance',
  'copy-epoch',
  'copy-missing',
  'copy-stuck',
  'binding-stuck',
  'guest-unknown',
  'instance-aside',
  'operation-late',
] as const;

/** What the auditors of the directory compare. */
export const DIRECTORY_AUDIT_KINDS = [
  'quota-usage',
  'port-of-nobody',
  'address-of-nobody',
  'group-member-gone',
  'home-elsewhere',
  'home-differs',
  'home-lost',
  'move-without-operation',
  'stray-staying',
  'hold-staying',
  'operation-late',
] as const;

export type AuditKind = (typeof CELL_AUDIT_KINDS | typeof DIRECTORY_AUDIT_KINDS)[number];
