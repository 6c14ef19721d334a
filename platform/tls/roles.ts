import { hash } from 'node:crypto';

/**
 * What a certificate lets its bearer be. A role is a DNS name among the certificate's alternative names: `api.volvox.internal`. The roles of
 * a cell name the cell, too: `conductor.cell-1.cell.volvox.internal`. Any authority can issue them; the domain is reserved for private use,
 * so no public authority does.
 *
 *   operator  whoever starts, checks and repairs the processes of a region
 *   mariadb, redis  stores; their clients check the host name only, so that stores of other makers can be used
 */
const TLS_ROLES = [
  ...(['api', 'scheduler', 'super-conductor', 'conductor', 'compute', 'network', 'operator'] as const),
  ...(['mariadb', 'redis'] as const),
] as const;
export type TlsRole = (typeof TLS_ROLES)[number];

export const isTlsRole = (name: string): name is TlsRole => TLS_ROLES.some((role) => role === name);

const CELL_ROLES: readonly TlsRole[] = ['conductor', 'compute', 'network'];

/** Whether a process with the role belongs to one cell. */
export const isCellRole = (role: TlsRole): boolean => CELL_ROLES.includes(role);

const DOMAIN = 'volvox.internal';
const CELLS_DOMAIN = `cell.${DOMAIN}`;
const LABEL = /^(?!x--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A cell as one label of a DNS name: its name, or a hash of it where the name is no label. Two cells never have the same. */
export const cellLabel = (cell: string): string =>
  LABEL.test(cell) ? cell : `x--${hash('sha256', cell, 'hex').slice(0, 40)}`;

/** The domain of all names of a cell; its own authority can vouch for no other role. */
export const cellDomain = (cell: string): string => `${cellLabel(cell)}.${CELLS_DOMAIN}`;

/** @param cell the name of the cell. Null: a role of the global tier, or the name of a cell's role in releases that did not tell cells apart. */
export const roleName = (role: TlsRole, cell: string | null = null): string =>
  `${role}.${cell === null ? DOMAIN : cellDomain(cell)}`;

/** One role that a certificate names. */
export interface TlsIdentity {
  readonly role: TlsRole;
  /** The label of the cell; null: the name has none. */
  readonly cell: string | null;
}

/** A name of the list, or a part in quotes: Node puts names with commas into quotes, as JSON does. */
const NAMES = /(?:[^",]|"(?:[^"\\]|\\.)*")+/g;
const ROLE_NAME = /^ ?DNS:([a-z-]+)(?:\.([a-z0-9-]{1,63})\.cell)?\.volvox\.internal$/;

/** The roles in a certificate's alternative names, in the form in which Node shows them: `DNS:a.example, IP Address:10.0.0.1`. */
export function identitiesIn(subjectAltName: string | undefined): readonly TlsIdentity[] {
  return ((subjectAltName ?? '').match(NAMES) ?? []).flatMap((name) => {
    const [, role = '', cell = null] = ROLE_NAME.exec(name) ?? [];
    if (!isTlsRole(role) || (cell !== null && !isCellRole(role))) return [];
    return [{ role, cell }];
  });
}

interface Peers {
  /** What the server of the contract must be. */
  readonly server: TlsRole;
  /** Who may call it. */
  readonly callers: readonly TlsRole[];
  /** Whether both are of one cell. */
  readonly sameCell: boolean;
}

/** Who speaks to whom, by the name of the contract. */
const PEERS: Readonly<Record<string, Peers>> = {
  door: { server: 'conductor', callers: ['api', 'scheduler', 'super-conductor', 'operator'], sameCell: false },
  agent: { server: 'conductor', callers: ['compute', 'network'], sameCell: true },
  compute: { server: 'compute', callers: ['conductor'], sameCell: true },
  scheduler: { server: 'scheduler', callers: ['api', 'super-conductor'], sameCell: false },
};

/** @throws when nobody has said who may speak the contract. */
export function peersOf(contractName: string): Peers {
  const peers = PEERS[contractName];
  if (peers === undefined)
    throw new Error(`platform/tls/roles.ts does not say who may speak the contract ${contractName}`);
  return peers;
}
