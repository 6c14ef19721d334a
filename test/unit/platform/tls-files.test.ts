import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agentContract } from '#platform/contracts/agent.ts';
import { computeContract } from '#platform/contracts/compute.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { schedulerContract } from '#platform/contracts/scheduler.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { readTlsMaterial, type TlsPaths } from '#platform/tls/material.ts';
import { cellLabel, identitiesIn, peersOf, roleName } from '#platform/tls/roles.ts';
import { TlsFiles } from '#platform/tls/tls-files.ts';
import { leafPaths, writeLeaf } from '../../../deploy/authority/leaf-files.ts';
import { aTestAuthority, type TestAuthority } from '../../support/test-authority.ts';

let authority: TestAuthority;
let paths: Required<TlsPaths>;
beforeEach(() => {
  authority = aTestAuthority();
  authority.transport('one', 'api');
  paths = leafPaths(authority.folder('one'));
});
afterEach(() => authority.remove());

describe('TLS files that cannot be used', () => {
  it.each(['certFile', 'keyFile', 'caFile'] as const)('name the option and the file: %s', (option) => {
    writeFileSync(paths[option], 'nothing');
    expect(() => readTlsMaterial(paths, 'tls')).toThrow(`tls.${option}: ${paths[option]}: `);
    rmSync(paths[option]);
    expect(() => readTlsMaterial(paths, 'tls')).toThrow(/ENOENT/);
  });

  it('may be those of two certificates, or of one that ended', () => {
    authority.transport('two', 'api');
    const keyFile = leafPaths(authority.folder('two')).keyFile;
    expect(() => readTlsMaterial({ ...paths, keyFile }, 'tls')).toThrow(`tls.keyFile: ${keyFile}: it is not the key`);
    writeLeaf(authority.folder('one'), authority.authority, { roles: ['api'], hosts: [], days: 0 });
    expect(() => readTlsMaterial(paths, 'tls')).toThrow(/tls\.certFile: .*: the certificate ended on/);
  });
});

describe('TLS files that change', () => {
  it('are used once they fit together; what was read before stays in use until then', () => {
    const files = new TlsFiles(paths, silentLogger);
    const first = files.current;
    let changes = 0;
    files.onChange(() => {
      changes += 1;
    });
    const { cert, key } = authority.authority.issue({ roles: ['api'], hosts: [] });
    writeFileSync(paths.keyFile, key);
    files.check();
    expect([files.current, changes]).toEqual([first, 0]);
    writeFileSync(paths.certFile, cert);
    files.check();
    expect([files.current.cert, files.current.key, changes]).toEqual([cert, key, 1]);
    files.check();
    expect(changes).toBe(1);
  });

  it('are tried again while the reason that kept them out may pass', () => {
    const warnings: unknown[] = [];
    const files = new TlsFiles(paths, {
      info: () => undefined,
      warn: (...said: unknown[]) => void warnings.push(said),
    });
    const first = files.current;
    writeLeaf(authority.folder('one'), authority.authority, { roles: ['api'], hosts: [] });
    const later = Date.now() + 366 * 86_400_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    for (let look = 0; look < 3; look++) files.check();
    expect(files.current).toBe(first);
    vi.restoreAllMocks();
    files.check();
    expect(files.current.cert).not.toBe(first.cert);
    expect(warnings.filter((said) => JSON.stringify(said).includes('are not used'))).toHaveLength(1);
  });

  it('end nothing when they cannot even be looked at', () => {
    const files = new TlsFiles(paths, silentLogger);
    const first = files.current;
    rmSync(paths.certFile);
    symlinkSync(paths.certFile, paths.certFile);
    files.check();
    expect(files.current).toBe(first);
  });

  it('are not used when a certificate behind the first one is broken', () => {
    const files = new TlsFiles(paths, silentLogger);
    const first = files.current;
    let changes = 0;
    files.onChange(() => {
      changes += 1;
    });
    const broken = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';
    writeFileSync(paths.certFile, `${first.cert}${broken}`);
    files.check();
    expect([files.current, changes]).toEqual([first, 0]);
  });

  it('may be away for a moment', () => {
    const files = new TlsFiles(paths, silentLogger);
    const first = files.current;
    rmSync(paths.certFile);
    files.check();
    expect(files.current).toBe(first);
    writeLeaf(authority.folder('one'), authority.authority, { roles: ['api'], hosts: [] });
    files.check();
    expect(files.current.cert).not.toBe(first.cert);
  });
});

it.each([doorContract, agentContract, computeContract, schedulerContract])(
  '$name has a server and callers',
  ({ name }) => {
    const { server, callers } = peersOf(name);
    expect(callers.length).toBeGreaterThan(0);
    expect(callers).not.toContain(server);
  },
);

const asShown = (...names: string[]): string => names.map((name) => `DNS:${name}`).join(', ');

it('roles are whole DNS names, not parts of others', () => {
  expect(identitiesIn('DNS:api.volvox.internal, DNS:localhost, IP Address:127.0.0.1')).toEqual([
    { role: 'api', cell: null },
  ]);
  expect(identitiesIn('DNS:"x, DNS:api.volvox.internal", DNS:my.conductor.volvox.internal')).toEqual([]);
  expect(identitiesIn('DNS:"x, DNS:api.volvox.internal, y", DNS:"a\\", DNS:api.volvox.internal, y"')).toEqual([]);
  expect(identitiesIn('URI:api.volvox.internal, DNS:api.volvox.internal.example')).toEqual([]);
  expect(identitiesIn(undefined)).toEqual([]);
});

it('roles of a cell name it, and no role of the global tier does', () => {
  expect(roleName('conductor', 'cell-1')).toBe('conductor.cell-1.cell.volvox.internal');
  expect(identitiesIn(asShown(roleName('compute', 'cell-1'), roleName('network', 'Cell 2'), 'localhost'))).toEqual([
    { role: 'compute', cell: 'cell-1' },
    { role: 'network', cell: cellLabel('Cell 2') },
  ]);
  expect(identitiesIn(asShown('api.cell-1.cell.volvox.internal', 'conductor.a.b.cell.volvox.internal'))).toEqual([]);
  const labels = ['a', 'A', 'a.b', 'a_b', 'x--a', '-a', 'a'.repeat(63), 'a'.repeat(64)].map(cellLabel);
  expect(new Set(labels).size).toBe(labels.length);
  for (const label of labels) expect(label).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
});
