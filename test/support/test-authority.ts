import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#platform/logging/logger.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import { TlsFiles } from '#platform/tls/tls-files.ts';
import type { Transport } from '#platform/tls/transport.ts';
import { type Authority, type LeafRequest, openOrCreateAuthority } from '../../deploy/authority/authority.ts';
import { leafPaths, writeLeaf } from '../../deploy/authority/leaf-files.ts';

type CellNames = Pick<LeafRequest, 'cells' | 'alsoUnnamed'>;

export interface TestAuthority {
  readonly authority: Authority;
  /** Where `transport` of this name has its files. */
  folder(name: string): string;
  /** A process with a certificate for the role, from this authority. `cells`: none, so that its role names no cell. */
  transport(name: string, role: TlsRole, cells?: CellNames): Transport & { readonly files: TlsFiles };
  remove(): void;
}

/** An authority in a folder of its own. */
export function aTestAuthority(): TestAuthority {
  const root = mkdtempSync(join(tmpdir(), 'volvox-authority-'));
  const authority = openOrCreateAuthority(join(root, 'authority'), 'Test authority');
  const folder = (name: string): string => join(root, name);
  return {
    authority,
    folder,
    transport: (name, role, cells = {}) => {
      writeLeaf(folder(name), authority, { roles: [role], hosts: [], ...cells });
      return { files: new TlsFiles(leafPaths(folder(name)), silentLogger), insecure: false };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
