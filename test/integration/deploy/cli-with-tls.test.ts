import { type ExecFileException, execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const VOLVOX = resolve('deploy/volvox.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'volvox-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @returns the exit status with what it printed. */
function volvox(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<readonly [number, string]> {
  return new Promise((done) => {
    execFile(process.execPath, [VOLVOX, ...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      done([Number((error as ExecFileException | null)?.code ?? 0), stdout + stderr]);
    });
  });
}

const authority = (): string => join(folder, 'authority');
const issue = (...more: string[]) =>
  volvox(['authority', 'issue', '--authority', authority(), '--out', join(folder, 'process'), ...more]);

describe('volvox authority', () => {
  it('makes an authority and certificates, and says what to write into the configuration', async () => {
    expect((await volvox(['authority', 'create', authority()]))[0]).toBe(0);
    const host = ['--host', '192.0.2.3', '--host', 'Cell3.example'];
    const [status, said] = await issue('--role', 'api', '--role', 'scheduler', ...host, '--days', '7');
    expect([status, said]).toEqual([0, expect.stringContaining(`certFile: ${join(folder, 'process/cert.pem')}`)]);
    const certificate = new X509Certificate(readFileSync(join(folder, 'process/cert.pem')));
    for (const name of ['api.volvox.internal', 'scheduler.volvox.internal', 'cell3.example']) {
      expect(certificate.checkHost(name)).toBe(name);
    }
    expect(certificate.checkIP('192.0.2.3')).toBe('192.0.2.3');
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThanOrEqual(7 * 86_400_000);
  });

  it('names the cell of a conductor, and its role without the cell for older peers only', async () => {
    await volvox(['authority', 'create', authority()]);
    const namesOf = async (...more: string[]) => {
      await issue('--role', 'conductor', '--cell', 'cell-3', ...more);
      return new X509Certificate(readFileSync(join(folder, 'process/cert.pem'))).subjectAltName;
    };
    expect(await namesOf()).toMatch(/^DNS:conductor\.cell-3\.cell\.volvox\.internal, DNS:localhost, /);
    expect(await namesOf('--also-without-cell')).toContain('DNS:conductor.volvox.internal, ');
  });

  it('makes the authority of a cell, below that of the region, and says what to write into the configuration', async () => {
    await volvox(['authority', 'create', authority()]);
    const out = join(folder, 'issuer.pem');
    const args = ['authority', 'cell', '--authority', authority(), '--cell', 'cell-3', '--out', out, '--if-due'];
    expect(await volvox([...args, '--range', '192.0.2.0/24'])).toEqual([
      0,
      expect.stringContaining(`issuerKeyFile: ${out}`),
    ]);
    const issuer = new X509Certificate(readFileSync(out));
    expect(issuer.checkIssued(new X509Certificate(readFileSync(join(authority(), 'ca.pem'))))).toBe(true);
    expect((await volvox(args))[1]).toContain('nothing to do');
    expect(await volvox([...args.slice(0, -1), '--range', 'x'])).toEqual([1, expect.stringContaining('no range')]);
  }, 30_000);

  it('says which files a host needs where the cell issues no certificates', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${'t'.repeat(43)}\n`);
    const args = ['host', 'join', '--token-file', tokenFile, '--conductor', 'https://192.0.2.3:8780'];
    const state = ['--compute-state', join(folder, 'c'), '--network-state', join(folder, 'n')];
    expect(await volvox(['host', 'join'])).toEqual([1, expect.stringContaining('expected --token-file FILE')]);
    const [status, said] = await volvox([...args, ...state]);
    expect(status).toBe(1);
    for (const part of ['compute.CELL.cell.volvox.internal', 'tls.certFile', 'tls.keyFile', 'tls.caFile']) {
      expect(said).toContain(part);
    }
    expect(await volvox(['host', 'renew', ...state])).toEqual([1, expect.stringContaining('no certificate is there')]);
  }, 30_000);

  it('writes nothing with --if-due until something else is asked for', async () => {
    await volvox(['authority', 'create', authority()]);
    const args = ['--role', 'conductor', '--cell', 'cell-3', '--host', '2001:db8::3', '--if-due'];
    expect((await issue(...args))[1]).toContain('certFile');
    expect((await issue(...args))[1]).toContain('nothing to do');
    expect((await issue(...args, '--host', 'door.example'))[1]).toContain('certFile');
  });

  it('says what is wrong', async () => {
    expect(await issue('--role', 'api')).toEqual([1, expect.stringContaining('holds no authority; make one with')]);
    await volvox(['authority', 'create', authority()]);
    expect(await issue('--role', 'network')).toEqual([1, expect.stringContaining('--cell: a certificate of network')]);
    expect(await issue('--role', 'queen')).toEqual([2, expect.stringContaining('expected api, scheduler,')]);
  });
});

describe('the API with TLS', () => {
  let server: Server;
  beforeEach(async () => {
    await volvox(['authority', 'create', authority()]);
    await issue('--role', 'api');
    const read = (name: string): Buffer => readFileSync(join(folder, 'process', name));
    server = createServer({ cert: read('cert.pem'), key: read('key.pem') }, (_request, response) => {
      response.writeHead(201, { 'x-subject-token': 'the-token', 'content-type': 'application/json' });
      response.end(JSON.stringify({ token: { project: { id: 'p' }, catalog: [] } }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterEach(() => new Promise<unknown>((closed) => server.close(closed)));

  it('is believed with cacert of clouds.yaml or OS_CACERT, and not without', async () => {
    const auth_url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/identity/v3`;
    const auth = { auth_url, username: 'u', password: 'p', project_name: 'p' };
    const clouds = { with: { auth, cacert: join(authority(), 'ca.pem') }, without: { auth } };
    const file = join(folder, 'clouds.yaml');
    writeFileSync(file, JSON.stringify({ clouds }));
    const env = { OS_CLIENT_CONFIG_FILE: file, OS_AUTH_URL: undefined };
    expect(await volvox(['--os-cloud', 'with', 'token'], env)).toEqual([0, 'the-token\n']);
    expect(await volvox(['--os-cloud', 'without', 'token'], env)).toEqual([1, expect.stringContaining('certificate')]);
    const inEnvironment = { OS_AUTH_URL: auth_url, OS_USERNAME: 'u', OS_PASSWORD: 'p', OS_PROJECT_NAME: 'p' };
    const OS_CACERT = join(authority(), 'ca.pem');
    expect(await volvox(['token'], { ...inEnvironment, OS_CACERT })).toEqual([0, 'the-token\n']);
    expect(await volvox(['token'], { ...inEnvironment, OS_CACERT: '/nowhere' })).toEqual([
      1,
      expect.stringContaining('cacert /nowhere'),
    ]);
  });
});
