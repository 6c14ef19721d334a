import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '#platform/tls/certificate.ts';
import { newCertificateKey } from '#platform/tls/certificate-request.ts';
import { issueLeaf, issuerOf } from '#platform/tls/issuer.ts';
import { openAuthority, openOrCreateAuthority } from '../../../../deploy/authority/authority.ts';
import { keepCellAuthority, writeCellAuthority } from '../../../../deploy/authority/cell-authority.ts';
import { aTestAuthority, type TestAuthority } from '../../../support/test-authority.ts';

let root: TestAuthority;
beforeEach(() => {
  root = aTestAuthority();
});
afterEach(() => root.remove());

const file = (): string => root.folder('issuer.pem');
const REQUEST = { cell: 'cell-1', ranges: ['192.0.2.0/24'], days: 365 };

/** What OpenSSL says of a certificate with these names, signed by the authority of cell-1. */
function verdict(...names: string[]): string {
  const pem = readFileSync(file(), 'utf8');
  const { privateKey } = newCertificateKey();
  const leaf = root.folder('leaf.pem');
  const content = { subject: names[0] ?? '', names, days: 30 };
  writeFileSync(leaf, issueLeaf(issuerOf(pem, pem, file()), privateKey, content));
  const roots = join(root.folder('authority'), 'ca.pem');
  const args = ['verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', roots, '-untrusted', file(), leaf];
  try {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return String((error as { stderr: string }).stderr);
  }
}

describe('the authority of a cell', () => {
  beforeEach(() => writeCellAuthority(file(), root.authority, REQUEST));

  it('is believed for what is in its cell', () => {
    expect(verdict('compute.cell-1.cell.volvox.internal', 'localhost', '127.0.0.1', '::1', '192.0.2.7')).toMatch(
      /OK$/m,
    );
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it.each([
    'compute.cell-2.cell.volvox.internal',
    'conductor.volvox.internal',
    'api.volvox.internal',
    'operator.volvox.internal',
    'mariadb.volvox.internal',
    'directory.example',
    '198.51.100.7',
    '2001:db8::7',
  ])('is not believed for %s', (name) => {
    expect(verdict('compute.cell-1.cell.volvox.internal', name)).toContain('permitted subtree violation');
  });

  it('makes no authorities below it', () => {
    const pem = readFileSync(file(), 'utf8');
    const [{ privateKey }, now] = [newCertificateKey(), Date.now()];
    const below = makeCertificate({
      issuer: issuerOf(pem, pem, file()),
      ...{ subject: 'below', subjectKey: privateKey, purpose: { pathLength: 0, permitted: null } },
      ...{ from: now - 1_000, until: now + 1_000_000 },
    });
    writeFileSync(root.folder('below.pem'), below);
    const args = ['verify', '-CAfile', join(root.folder('authority'), 'ca.pem'), '-untrusted', file()];
    expect(() => execFileSync('openssl', [...args, root.folder('below.pem')], { stdio: 'pipe' })).not.toThrow();
    const leaf = issueLeaf({ name: 'below', privateKey, cert: below, endsAt: now + 1_000_000 }, privateKey, {
      ...{ subject: 'x', names: ['localhost'], days: 1 },
    });
    writeFileSync(root.folder('chain.pem'), `${readFileSync(file(), 'utf8')}${below}`);
    writeFileSync(root.folder('leaf.pem'), leaf);
    const chained = [...args.slice(0, 4), root.folder('chain.pem'), root.folder('leaf.pem')];
    expect(() => execFileSync('openssl', chained, { stdio: 'pipe' })).toThrow(/path length constraint/);
  });

  it('is kept until a third of its time is left, its file is damaged, or the root is another', () => {
    expect(keepCellAuthority(file(), root.authority, REQUEST)).toBe(false);
    // It begins an hour before it is made: of 0.01 days 14 minutes are left of 74.
    writeCellAuthority(file(), root.authority, { ...REQUEST, days: 0.01 });
    expect(keepCellAuthority(file(), root.authority, REQUEST)).toBe(true);
    writeFileSync(file(), 'nothing');
    expect(keepCellAuthority(file(), root.authority, REQUEST)).toBe(true);
    const other = aTestAuthority();
    expect(keepCellAuthority(file(), other.authority, REQUEST)).toBe(true);
    other.remove();
  });
});

it('an authority of a release before gets a certificate that allows those of cells, and what it signed stays valid', () => {
  const folder = root.folder('authority');
  const { name, privateKey, endsAt } = root.authority.issuer;
  const before = makeCertificate({
    issuer: { name, privateKey },
    ...{ subject: name, subjectKey: privateKey, purpose: { pathLength: 0, permitted: null } },
    ...{ from: Date.now() - 3_600_000, until: endsAt },
  });
  writeFileSync(join(folder, 'ca.pem'), before);
  writeFileSync(root.folder('old.pem'), openAuthority(folder)?.issue({ roles: ['api'], hosts: [] }).cert ?? '');
  writeCellAuthority(file(), openAuthority(folder) ?? root.authority, REQUEST);
  expect(verdict('localhost'), 'before').toContain('path length constraint exceeded');
  const now = openOrCreateAuthority(folder, 'another name');
  expect(new X509Certificate(now.cert).subject).toBe(new X509Certificate(before).subject);
  expect(now.issuer.privateKey.equals(createPrivateKey(readFileSync(join(folder, 'ca-key.pem'))))).toBe(true);
  expect(verdict('localhost')).toMatch(/OK$/m);
  const args = ['verify', '-x509_strict', '-CAfile', join(folder, 'ca.pem'), root.folder('old.pem')];
  expect(execFileSync('openssl', args, { encoding: 'utf8' })).toContain('OK');
});
