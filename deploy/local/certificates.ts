import { statSync } from 'node:fs';
import { silentLogger } from '#platform/logging/logger.ts';
import type { TlsPaths } from '#platform/tls/material.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import { TlsFiles } from '#platform/tls/tls-files.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { type Authority, type LeafRequest, openOrCreateAuthority } from '../authority/authority.ts';
import { keepLeaf, leafPaths, writeLeaf } from '../authority/leaf-files.ts';
import type { Home } from './home.ts';
import type { RegionSettings } from './settings.ts';

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
 * Writes new certificates for the processes whose own end soon, or for all. Volvox processes take them by themselves.
 * @returns the processes that have new ones.
 */
export function renewCertificates(home: Home, settings: RegionSettings, which: 'due' | 'all'): readonly string[] {
  const authority = authorityOf(home);
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
  ...cells.flatMap(({ name }) => [
    ...stores(name),
    ...(['conductor', 'compute', 'network'] as const).map((role) => [`${name}-${role}`, role, name] as const),
  ]),
];

const stores = (owner: string) => (['mariadb', 'redis'] as const).map((role) => [`${owner}-${role}`, role] as const);
