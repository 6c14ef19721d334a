/** What the auditors of a cell compare; each kind has a line in docs/auditors.md and a gauge. */
export const CELL_AUDIT_KINDS = [
  'host-problem',
  'host-limits',
  'host-build-failures',
  'host-usage',
  'claim-without-guest',
  'guest-without-claim',
  'binding-without-guest',
  'port-unbound',
  'instance-owner',
  'instance-without-guest',
  'instance-lingering',
  'guest-without-instance',
  'guest-epoch',
  'guest-missing',
  'guest-stuck',
  'binding-stuck',
  'guest-unknown',
  'instance-quarantined',
  'agent-overreach',
  'operation-late',
] as const;

/** What the auditors of the directory compare. */
export const DIRECTORY_AUDIT_KINDS = [
  'quota-usage',
  'port-of-nobody',
  'address-of-nobody',
  'address-free-in-use',
  'group-member-gone',
  'cell-contradicts',
  'home-elsewhere',
  'home-differs',
  'home-lost',
  'move-without-operation',
  'orphaned-placement-open',
  'reservation-open',
  'operation-late',
] as const;

export type AuditKind = (typeof CELL_AUDIT_KINDS | typeof DIRECTORY_AUDIT_KINDS)[number];
