/**
 * What a certificate lets its bearer be. A role is a DNS name among the certificate's alternative names: `conductor.volvox.internal`.
 * Any authority can issue it; the domain is reserved for private use, so no public authority does.
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

export const roleName = (role: TlsRole): string => `${role}.volvox.internal`;

/** The roles in a certificate's alternative names, in the form in which Node shows them: `DNS:a.example, IP Address:10.0.0.1`. */
export function rolesIn(subjectAltName: string | undefined): readonly TlsRole[] {
  const names = new Set((subjectAltName ?? '').split(', '));
  return TLS_ROLES.filter((role) => names.has(`DNS:${roleName(role)}`));
}

interface Peers {
  /** What the server of the contract must be. */
  readonly server: TlsRole;
  /** Who may call it. */
  readonly callers: readonly TlsRole[];
}

/** Who speaks to whom, by the name of the contract. */
const PEERS: Readonly<Record<string, Peers>> = {
  door: { server: 'conductor', callers: ['api', 'scheduler', 'super-conductor', 'operator'] },
  agent: { server: 'conductor', callers: ['compute', 'network'] },
  compute: { server: 'compute', callers: ['conductor'] },
  scheduler: { server: 'scheduler', callers: ['api', 'super-conductor'] },
};

/** @throws when nobody has said who may speak the contract. */
export function peersOf(contractName: string): Peers {
  const peers = PEERS[contractName];
  if (peers === undefined)
    throw new Error(`platform/tls/roles.ts does not say who may speak the contract ${contractName}`);
  return peers;
}
