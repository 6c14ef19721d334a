import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '#platform/logging/logger.ts';
import { newSecret } from '#platform/rpc/agent-credential.ts';
import { joinTokenText } from '#platform/rpc/join-token.ts';
import type { TlsPaths } from '#platform/tls/material.ts';
import { fingerprintOf } from '#platform/tls/pinned-authorities.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import { TlsFiles } from '#platform/tls/tls-files.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { CertificateFiles } from '../../cell/agent/certificate/certificate-files.ts';
import { type Authority, type LeafRequest, openOrCreateAuthority } from '../authority/authority.ts';
import { keepCellAuthority, writeCellAuthority } from '../authority/cell-authority.ts';
import { keepLeaf, leafPaths, writeLeaf } from '../authority/leaf-files.ts';
import type { Home } from './home.ts';
import { type CellSettings, hostsOf, type RegionSettings } from './settings.ts';

/** The name under which whoever runs the region has a certificate. */
const OPERATOR = 'operator';

const authorityOf = (home: Home): Authority => openOrCreateAuthority(home.authority, 'Volvox region authority');

/** The TLS files of a process of the region; written when they are missing or end soon. */
export function certificateFor(
  home: Home,
  name: string,
  role: TlsRole,
  cell: string | null = null,
): Required<TlsPaths> {
  const folder = home.tls(name);
  keepLeaf(folder, authorityOf(home), requestFor(role, cell));
  return leafPaths(folder);
}

const requestFor = (role: TlsRole, cell: string | null): LeafRequest => ({
  ...{ roles: [role], hosts: [] },
  ...(cell === null ? {} : { cells: [cell] }),
});

/** How long the authority of a cell is good, days. */
const CELL_AUTHORITY_DAYS = 365;
const cellAuthority = (cell: string) => ({ cell, ranges: ['127.0.0.0/8'], days: CELL_AUTHORITY_DAYS });
const issuerPath = (home: Home, cell: string): string => join(home.tls(`${cell}-conductor`), 'issuer.pem');

/** The authority with which a conductor issues the certificates of its agents; written when it is missing or ends soon. */
export function cellAuthorityFor(home: Home, cell: string): string {
  const file = issuerPath(home, cell);
  keepCellAuthority(file, authorityOf(home), cellAuthority(cell));
  return file;
}

/** Tokens for the agents of each host of a cell, by the host's name in the settings, with the fingerprint by which they recognize its conductor. */
export function newJoinTokens(home: Home, cell: CellSettings): ReadonlyMap<string, string> {
  const fingerprint = fingerprintOf(cell.name, authorityOf(home).cert);
  return new Map(hostsOf(cell).map(({ name }) => [name, joinTokenText({ secret: newSecret(), fingerprint })]));
}

const AGENTS = ['compute', 'network'] as const;

/** Agents get their certificates from their conductor, and keep them. One of another authority than that of the region is worth nothing. */
export function dropForeignCertificates(home: Home, host: string): void {
  const { cert } = authorityOf(home);
  for (const agent of AGENTS) {
    const files = new CertificateFiles(home.data(host, agent));
    if (files.exists && files.authorities() !== cert) files.remove();
    // Where the supervisor of a release before wrote one.
    rmSync(home.tls(`${host}-${agent}`), { recursive: true, force: true });
  }
}

/** Agents that run get new certificates within seconds. */
export async function renewAgentCertificates(home: Home, { cells }: RegionSettings): Promise<void> {
  for (const { name } of cells.flatMap(hostsOf)) {
    for (const agent of AGENTS) await new CertificateFiles(home.data(name, agent)).requestRenewal();
  }
}

/** What tells one file from another at the same path. */
function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '-' : `${found.ino}:${found.mtimeMs}`;
}

/** By the folder of the region: readiness is asked for many times a second while it starts. */
const OPERATORS = new Map<string, { readonly transport: Transport; readonly certificate: string }>();

/** How the supervisor and tests reach the processes and the stores of the region: as its operator. */
export function operatorTransport(home: Home): Transport {
  const { certFile } = leafPaths(home.tls(OPERATOR));
  const known = OPERATORS.get(home.root);
  if (known !== undefined && versionOf(certFile) === known.certificate) {
    return known.transport;
  }
  const files = new TlsFiles(certificateFor(home, OPERATOR, 'operator'), silentLogger);
  const transport = { files, insecure: false };
  OPERATORS.set(home.root, { transport, certificate: versionOf(certFile) });
  return transport;
}

/**
 * Writes new certificates for the processes whose own end soon, or for all. Volvox processes take them by themselves; agents renew their own.
 * @returns the processes that have new ones.
 */
export function renewCertificates(home: Home, settings: RegionSettings, which: 'due' | 'all'): readonly string[] {
  const authority = authorityOf(home);
  for (const { name } of settings.cells) {
    if (which === 'due') cellAuthorityFor(home, name);
    else writeCellAuthority(issuerPath(home, name), authority, cellAuthority(name));
  }
  return certificates(settings).flatMap(([name, role, cell = null]) => {
    const request = requestFor(role, cell);
    if (which === 'due') return keepLeaf(home.tls(name), authority, request) ? [name] : [];
    writeLeaf(home.tls(name), authority, request);
    return [name];
  });
}

/** Name, role and cell. */
const certificates = ({ cells }: RegionSettings): readonly (readonly [string, TlsRole, string?])[] => [
  [OPERATOR, 'operator'],
  ['api', 'api'],
  ['scheduler', 'scheduler'],
  ['super-conductor', 'super-conductor'],
  ...stores('global'),
  ...cells.flatMap(({ name }) => [...stores(name), [`${name}-conductor`, 'conductor', name] as const]),
];

const stores = (owner: string) => (['mariadb', 'redis'] as const).map((role) => [`${owner}-${role}`, role] as const);
