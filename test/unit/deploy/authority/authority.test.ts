import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOrCreateAuthority } from '../../../../deploy/authority/authority.ts';
import { keepLeaf, leafPaths } from '../../../../deploy/authority/leaf-files.ts';
import { aTestAuthority, type TestAuthority } from '../../../support/test-authority.ts';

let test: TestAuthority;
beforeEach(() => {
  test = aTestAuthority();
});
afterEach(() => test.remove());

const REQUEST = { roles: ['conductor'], hosts: ['host.example', '192.0.2.7', '2001:db8::7'] } as const;

describe('the authority', () => {
  it('issues certificates that OpenSSL accepts by the letter, for both ends of a connection', () => {
    const caFile = join(test.folder('authority'), 'ca.pem');
    const certFile = test.folder('leaf.pem');
    writeFileSync(certFile, test.authority.issue(REQUEST).cert);
    for (const purpose of ['sslserver', 'sslclient']) {
      const args = ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', caFile, certFile];
      expect(execFileSync('openssl', args, { encoding: 'utf8' })).toContain('OK');
    }
  });

  it('names the role, the hosts and loopback', () => {
    const certificate = new X509Certificate(test.authority.issue(REQUEST).cert);
    expect(certificate.subjectAltName).toBe(
      'DNS:conductor.volvox.internal, DNS:host.example, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7, ' +
        'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(certificate.ca).toBe(false);
    expect(new X509Certificate(test.authority.cert).ca).toBe(true);
  });

  it.each(['a b', 'a,DNS:api.volvox.internal', '', 'ü.example'])('refuses %j as a host', (host) => {
    expect(() => test.authority.issue({ roles: ['api'], hosts: [host] })).toThrow(/neither a host name nor an address/);
  });

  it('is the same one when it is opened again, and its key is for its owner only', () => {
    const folder = test.folder('authority');
    expect(openOrCreateAuthority(folder, 'another name').cert).toBe(test.authority.cert);
    expect(statSync(join(folder, 'ca-key.pem')).mode & 0o777).toBe(0o600);
  });
});

describe('the certificate of a process', () => {
  const folder = (): string => test.folder('process');
  const keep = (days?: number): boolean =>
    keepLeaf(folder(), test.authority, days === undefined ? REQUEST : { ...REQUEST, days });

  it('is made once, for its owner only', () => {
    expect([keep(), keep()]).toEqual([true, false]);
    expect(statSync(leafPaths(folder()).keyFile).mode & 0o777).toBe(0o600);
  });

  it('is made anew when a third of its time is left', () => {
    // It begins an hour before it is made: of 0.01 days 14 minutes are left of 74.
    expect([keep(0.01), keep(), keep()]).toEqual([true, true, false]);
  });

  it('is made anew when its files do not fit together, as after a crash between them', () => {
    keep();
    writeFileSync(leafPaths(folder()).keyFile, test.authority.issue(REQUEST).key);
    expect([keep(), keep()]).toEqual([true, false]);
  });

  it('is made anew for another authority', () => {
    keep();
    const other = aTestAuthority();
    expect(keepLeaf(folder(), other.authority, REQUEST)).toBe(true);
    other.remove();
  });
});
