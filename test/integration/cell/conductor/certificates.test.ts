import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { request as httpsRequest } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentKind } from '#platform/contracts/agent.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { openPool } from '#platform/tls/dispatcher.ts';
import { AUTHORITY_ROUTE, withoutCertificate } from '#platform/tls/pinned-authorities.ts';
import { PLAIN_ON_LOOPBACK, type Transport } from '#platform/tls/transport.ts';
import { openAgentTransport } from '../../../../cell/agent/certificate/agent-transport.ts';
import { CertificateFiles } from '../../../../cell/agent/certificate/certificate-files.ts';
import { certificateRenewal } from '../../../../cell/agent/certificate/certificate-renewal.ts';
import { type Conductor, createConductor } from '../../../../cell/agent/conductor.ts';
import { Credential } from '../../../../cell/agent/credential.ts';
import { joinCell } from '../../../../cell/agent/join-cell.ts';
import { aTestAuthority } from '../../../support/test-authority.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { TlsConductor } from './support/a-tls-conductor.ts';
import { aHostReport } from './support/fake-agents.ts';

const CELL = 'cell-tls';
const TOTAL = { vcpus: 8, ramMb: 8_192, diskGb: 100 };

let cell: TlsConductor;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  cell = await TlsConductor.create(CELL);
}, 60_000);
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(() => cell.close());

interface Joining {
  readonly kind?: AgentKind;
  readonly url?: string;
  readonly addresses?: readonly string[];
  readonly transport?: Transport;
}

const joinTo = (stateDir: string, token: string, { kind = 'compute', url = cell.url, ...rest }: Joining = {}) =>
  joinCell({ kind, stateDir, token, conductorUrls: [url], transport: PLAIN_ON_LOOPBACK, addresses: [], ...rest });

/** How an agent of this folder speaks to its conductor after it has joined. */
async function agentOf(stateDir: string, agentId: string) {
  const files = new CertificateFiles(stateDir).open(silentLogger);
  if (files === null) throw new Error('no certificate');
  const transport = { files, insecure: false };
  const credential = await Credential.load({ stateDir, agentId, sharedKey: '' });
  const conductor = createConductor([cell.url], () => credential.reveal(), transport);
  open.push(conductor);
  return { agentId, transport, files, conductor, credential };
}

const announce = (conductor: Conductor, agentId: string, host: string) =>
  conductor.ask((client) =>
    client.announce({
      ...{ agentId, kind: 'compute', url: 'https://127.0.0.1:9', startedAt: new Date().toISOString(), release: 'test' },
      hosts: [aHostReport(host, TOTAL)],
    }),
  );

async function joined(host: string) {
  const stateDir = cell.stateDir();
  const { agentId } = await joinTo(stateDir, await cell.token([host]));
  return { stateDir, ...(await agentOf(stateDir, agentId)) };
}

describe('a host that joins', () => {
  it('gets a certificate for its agent, with which the agent announces itself over mutual TLS', async () => {
    const stateDir = cell.stateDir();
    const { agentId, certificate, cellName } = await joinTo(stateDir, await cell.token(['host-1']));
    expect([certificate, cellName]).toEqual([join(stateDir, 'tls/agent.pem'), CELL]);
    const pem = readFileSync(join(stateDir, 'tls/agent.pem'), 'utf8');
    const leaf = new X509Certificate(pem);
    expect(leaf.subjectAltName).toBe(
      `DNS:compute.${CELL}.cell.volvox.internal, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1`,
    );
    expect(pem.match(/BEGIN CERTIFICATE/g), 'with that of the authority of the cell').toHaveLength(2);
    expect(pem.match(/PRIVATE KEY-----\n/g), 'its own key, and no other').toHaveLength(2);
    expect(statSync(join(stateDir, 'tls/agent.pem')).mode & 0o777).toBe(0o600);
    const { conductor } = await agentOf(stateDir, agentId);
    expect(await announce(conductor, agentId, 'host-1')).toMatchObject({ cellName: CELL });
    const { hosts } = await cell.door.listHosts({});
    expect(hosts.map(({ name }) => name)).toContain('host-1');
  });

  it('does that by `volvox host join`, for both agents, and again when the authorities have changed', async () => {
    const [compute, network] = [cell.stateDir(), cell.stateDir()];
    const state = ['--compute-state', compute, '--network-state', network];
    const run = async (...args: string[]): Promise<Record<string, string>[]> => {
      const all = ['deploy/volvox.mjs', '--json', 'host', ...args, ...state];
      const { stdout } = await promisify(execFile)(process.execPath, all);
      return JSON.parse(stdout) as Record<string, string>[];
    };
    const join = async () => await run('join', '--token', await cell.token(['host-cli']), '--conductor', cell.url);
    const paths = [compute, network].map((folder) => `${folder}/tls/agent.pem`);
    expect((await join()).map(({ agent, certificate }) => [agent, certificate])).toEqual([
      ['compute', paths[0]],
      ['network', paths[1]],
    ]);
    expect((await join()).map(({ certificate }) => certificate)).toEqual(['as before', 'as before']);
    const other = aTestAuthority();
    writeFileSync(`${compute}/tls/ca.pem`, other.authority.cert);
    other.remove();
    expect((await join()).map(({ certificate }) => certificate)).toEqual([paths[0], 'as before']);
  }, 60_000);

  it('gets the key of no authority, whatever it asks for', async () => {
    const { files } = await joined('host-key');
    const issuer = readFileSync(join(cell.root.folder('conductor'), 'issuer.pem'), 'utf8');
    const secret = issuer.split('PRIVATE KEY-----')[1]?.trim().slice(0, 64) ?? '';
    expect(secret.length).toBeGreaterThan(40);
    expect(files.current.cert).not.toContain(secret);
  });

  it('may repeat that after a lost answer, and has one agent', async () => {
    const [stateDir, token] = [cell.stateDir(), await cell.token(['host-again'])];
    const { agentId } = await joinTo(stateDir, token);
    // As after a crash before the key was kept.
    renameSync(join(stateDir, 'agent-key'), join(stateDir, 'agent-key.next'));
    expect((await joinTo(stateDir, token)).agentId).toBe(agentId);
    const { conductor } = await agentOf(stateDir, agentId);
    await expect(announce(conductor, agentId, 'host-again')).resolves.toMatchObject({ cellName: CELL });
  });

  it('gets no certificate for the address of another machine, and one for an address that the operator named', async () => {
    const addresses = ['192.0.2.7'];
    await expect(joinTo(cell.stateDir(), await cell.token(['host-2']), { addresses })).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('compute.hostIp: 192.0.2.7 is not the address'),
    });
    await expect(joinTo(cell.stateDir(), await cell.token(['host-*', '1*']), { addresses })).rejects.toMatchObject({
      kind: 'forbidden',
    });
    const stateDir = cell.stateDir();
    await joinTo(stateDir, await cell.token(['host-2', '192.0.2.7']), { addresses });
    expect(new X509Certificate(readFileSync(join(stateDir, 'tls/agent.pem'))).checkIP('192.0.2.7')).toBe('192.0.2.7');
  });

  it('joins by itself when it starts with a token, and keeps its certificate from then on', async () => {
    const stateDir = cell.stateDir();
    const token = await cell.token(['host-3']);
    const tls = { certFile: '', keyFile: '', caFile: '', insecure: false };
    const start = (joinToken: string) =>
      openAgentTransport({
        ...{ kind: 'network', stateDir, tls, hostIp: '', log: silentLogger },
        cell: { conductorUrls: [cell.url], joinToken: { reveal: () => joinToken } },
      });
    const { transport, issued } = await start(token);
    expect(transport.files?.current.identities).toEqual([{ role: 'network', cell: CELL }]);
    expect(issued?.addresses).toEqual([]);
    expect((await start('')).transport.files?.current.cert).toBe(transport.files?.current.cert);
  });
});

describe('a host that joins through somebody in between', () => {
  let between: Server | undefined;
  afterEach(() => new Promise<void>((resolve) => (between === undefined ? resolve() : between.close(() => resolve()))));

  /** Shows a conductor's certificate of an authority of its own. `answer`: what it says its authorities are. */
  async function standBetween(answer: (own: string) => Promise<object> | object) {
    const other = aTestAuthority();
    const { cert, key } = other.authority.issue({ roles: ['conductor'], cells: [CELL], hosts: [] });
    const heard: string[] = [];
    const server = createServer({ cert, key }, (request, response) => {
      heard.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
      request.on('data', (part) => heard.push(String(part)));
      void Promise.resolve(answer(other.authority.cert)).then((body) => response.end(JSON.stringify(body)));
    });
    between = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    other.remove();
    return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
  }

  it('refuses authorities that the token is not for, and sends nothing', async () => {
    const { url, heard } = await standBetween((own) => ({ cell: CELL, authorities: own }));
    const stateDir = cell.stateDir();
    await expect(joinTo(stateDir, await cell.token(['host-4']), { url })).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('somebody stands between'),
    });
    expect(heard).toEqual([`GET ${AUTHORITY_ROUTE} `]);
    expect(new CertificateFiles(stateDir).exists).toBe(false);
  });

  it('does not speak to one who repeats the right authorities, and sends nothing', async () => {
    const authorities = cell.root.authority.cert;
    const { url, heard } = await standBetween(() => ({ cell: CELL, authorities }));
    await expect(joinTo(cell.stateDir(), await cell.token(['host-5']), { url })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(heard).toEqual([`GET ${AUTHORITY_ROUTE} `]);
  });

  it('does not take the conductor of another cell of the same authority for its own', async () => {
    const { cert, key } = cell.root.authority.issue({ roles: ['conductor'], cells: ['cell-2'], hosts: [] });
    const heard: string[] = [];
    const server = createServer({ cert, key }, (request, response) => {
      heard.push(`${request.method} ${request.url}`);
      response.end(JSON.stringify({ cell: CELL, authorities: cell.root.authority.cert }));
    });
    between = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(joinTo(cell.stateDir(), await cell.token(['host-6']), { url })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(`is not one of conductor.${CELL}.cell.volvox.internal`),
    });
    expect(heard).toEqual([`GET ${AUTHORITY_ROUTE}`]);
  });
});

describe('a caller without a certificate', () => {
  const nobody = (): Transport => ({ files: withoutCertificate(cell.root.authority.cert), insecure: false });

  it.each(['GET /healthz', 'GET /readyz', 'GET /nowhere', 'POST /rpc/door/describe', 'POST /rpc/agent/clock'])(
    'is refused at %s',
    async (what) => {
      const [method, path] = what.split(' ') as ['GET' | 'POST', string];
      const pool = openPool(nobody(), cell.url, () => 'conductor', { connections: 1, connectMs: 2_000 });
      open.push(pool);
      const answer = await httpsRequest(new URL(path, cell.url), { method, dispatcher: pool });
      expect([answer.statusCode, await answer.body.text()]).toEqual([403, expect.stringContaining('A certificate')]);
    },
  );

  it('is refused when it resumes a session, too', async () => {
    const { hostname: host, port } = new URL(cell.url);
    const ca = cell.root.authority.cert;
    const health = (session?: Buffer): Promise<{ status: string; session: Buffer; reused: boolean }> =>
      new Promise((resolve, reject) => {
        const sessions: Buffer[] = [];
        const socket = connect({ host, port: Number(port), ca, ...(session === undefined ? {} : { session }) }, () =>
          socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'),
        );
        socket.on('session', (ticket: Buffer) => sessions.push(ticket));
        socket.once('error', reject);
        socket.once('data', (data) => {
          const reused = socket.isSessionReused();
          resolve({ status: String(data).split('\r\n')[0] ?? '', session: sessions[0] ?? Buffer.alloc(0), reused });
          socket.destroy();
        });
      });
    const first = await health();
    const second = await health(first.session);
    expect([first.status, second.status, second.reused]).toEqual([
      'HTTP/1.1 403 Forbidden',
      'HTTP/1.1 403 Forbidden',
      true,
    ]);
  });

  it('is refused with the key of an agent, too, and gets no new certificate for it', async () => {
    const { agentId, credential } = await joined('host-7');
    const conductor = createConductor([cell.url], () => credential.reveal(), nobody(), CELL);
    open.push(conductor);
    await expect(announce(conductor, agentId, 'host-7')).rejects.toMatchObject({ kind: 'forbidden' });
    const question = { agentId, publicKey: '', proof: '', addresses: [] };
    await expect(conductor.ask((client) => client.renewCertificate(question))).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('A certificate'),
    });
  });
});

describe('the certificate of an agent', () => {
  it('of another cell is refused with the right key, though the same authority stands above both', async () => {
    const { agentId, credential } = await joined('host-8');
    const foreign = cell.root.transport('foreign', 'compute', { cells: ['cell-2'] });
    const conductor = createConductor([cell.url], () => credential.reveal(), foreign, CELL);
    open.push(conductor);
    await expect(announce(conductor, agentId, 'host-8')).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringContaining('compute of cell-2'),
    });
  });

  it('is renewed while calls go on, none of which fails', async () => {
    const { agentId, stateDir, transport, files, conductor } = await joined('host-9');
    await announce(conductor, agentId, 'host-9');
    const issued = { files: new CertificateFiles(stateDir), addresses: [] };
    const [renewal] = certificateRenewal({ transport, issued, agentId, conductor, log: silentLogger, everyMs: 20 });
    files.watch();
    const over = new AbortController();
    const failed: unknown[] = [];
    let calls = 0;
    const load = Array.from({ length: 6 }, async () => {
      while (!over.signal.aborted) {
        await conductor
          .ask((client) => client.heartbeat({ agentId }))
          .then(
            () => calls++,
            (error: unknown) => failed.push(error),
          );
      }
    });
    await renewal?.start();
    for (let round = 0; round < 5; round++) {
      const before = files.current.cert;
      await issued.files.requestRenewal();
      await waitUntil('the new certificate in use', async () => {
        files.check();
        return files.current.cert !== before && !issued.files.renewalRequested;
      });
      const goal = calls + 50;
      await waitUntil('calls with the new certificate', async () => calls > goal);
    }
    over.abort();
    await Promise.all(load);
    await renewal?.stop();
    files.unwatch();
    expect(failed).toEqual([]);
    const chain = readFileSync(issued.files.path, 'utf8');
    expect(new X509Certificate(chain).checkPrivateKey(createPrivateKey(chain)), 'one file, one pair').toBe(true);
  }, 60_000);

  it('is not renewed for a host that was revoked, and a token of it gives none either', async () => {
    const stateDir = cell.stateDir();
    const token = await cell.token(['host-10']);
    const { agentId } = await joinTo(stateDir, token);
    const { transport, conductor, files } = await agentOf(stateDir, agentId);
    await announce(conductor, agentId, 'host-10');
    await cell.door.revokeHost({ host: 'host-10' });
    const issued = { files: new CertificateFiles(stateDir), addresses: [] };
    await issued.files.requestRenewal();
    const reasons: unknown[] = [];
    const log = { ...silentLogger, warn: (about: object) => reasons.push(about) } as unknown as typeof silentLogger;
    const [renewal] = certificateRenewal({ transport, issued, agentId, conductor, log, everyMs: 20 });
    const before = files.current.cert;
    await waitUntil('the end of the key', () =>
      announce(conductor, agentId, 'host-10').then(
        () => false,
        () => true,
      ),
    );
    await renewal?.start();
    await waitUntil('the refusal', async () => reasons.length > 0);
    await renewal?.stop();
    files.check();
    expect(reasons).toEqual([expect.objectContaining({ reason: expect.stringContaining('revoked') })]);
    expect(files.current.cert).toBe(before);
    await expect(joinTo(cell.stateDir(), token)).rejects.toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('a cell of an operator with another authority', () => {
  it('issues no certificates, and lets nobody connect who has none', async () => {
    const other = await TlsConductor.create('cell-own', false);
    try {
      const token = await other.token(['host-11']);
      expect(token).toMatch(/^[\w-]{43}$/);
      const nobody = { files: withoutCertificate(other.root.authority.cert), insecure: false };
      await expect(joinTo(cell.stateDir(), token, { url: other.url, transport: nobody })).rejects.toMatchObject({
        kind: 'unavailable',
      });
      const own = other.root.transport('agent', 'compute', { cells: ['cell-own'] });
      const answer = await joinTo(cell.stateDir(), token, { url: other.url, transport: own });
      expect(answer).toMatchObject({ cellName: 'cell-own', certificate: null });
    } finally {
      await other.close();
    }
  }, 60_000);
});
