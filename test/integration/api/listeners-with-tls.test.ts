import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Service } from '#platform/lifecycle/service.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import { serverTlsOptions } from '#platform/tls/server-options.ts';
import { TlsFiles } from '#platform/tls/tls-files.ts';
import { PLAIN_ON_LOOPBACK } from '#platform/tls/transport.ts';
import { createAgentListener } from '../../../api/agent-listener.ts';
import { createListener } from '../../../api/listener.ts';
import { leafPaths, writeLeaf } from '../../../deploy/authority/leaf-files.ts';
import { freePort } from '../../support/free-port.ts';
import { aTestAuthority, type TestAuthority } from '../../support/test-authority.ts';

const IMAGE = '/image/v2/images/6b1c3b5e-0000-4000-8000-000000000001/file';

let authority: TestAuthority;
let port: number;
let service: Service | undefined;
beforeEach(async () => {
  authority = aTestAuthority();
  port = await freePort();
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  authority.remove();
});

interface Answer {
  readonly status: number;
  readonly body: string;
  /** Of the certificate that the server showed. */
  readonly serial: string;
}

function ask(path: string, method: string, client: { cert?: string; key?: string } = {}): Promise<Answer> {
  const { cert, key } = client;
  const options = { host: '127.0.0.1', port, path, method, ca: authority.authority.cert, agent: false, cert, key };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, serial: serialNumber }));
    })
      .once('error', reject)
      .end();
  });
}

const withRoutes = (app: FastifyInstance): FastifyInstance => {
  app.get('/image/v2/images/:id/file', async () => 'bytes');
  app.put('/image/v2/images/:id/file', async () => 'taken');
  app.get('/compute/v2.1/servers', async () => 'servers');
  return app;
};

describe('the entrance for compute agents', () => {
  const by = (role: TlsRole) => authority.transport('client', role).files.current;
  beforeEach(async () => {
    const transport = authority.transport('server', 'api');
    const app = withRoutes(Fastify() as unknown as FastifyInstance);
    service = createAgentListener({ app, host: '127.0.0.1', port, transport });
    await service.start();
  });

  it('gives the bytes of images to compute agents, and takes those of saved disks', async () => {
    expect(await ask(IMAGE, 'GET', by('compute'))).toMatchObject({ status: 200, body: 'bytes' });
    expect(await ask(IMAGE, 'PUT', by('compute'))).toMatchObject({ status: 200, body: 'taken' });
  });

  it.each<[string, string]>([
    ['GET', '/compute/v2.1/servers'],
    ['DELETE', IMAGE],
    ['PATCH', IMAGE],
    ['PUT', '/image/v2/images/6b1c3b5e-0000-4000-8000-000000000001'],
    ['GET', '/image/v2/images/../../compute/v2.1/servers/file'],
    ['GET', '/image/v2/images'],
  ])('gives them nothing else: %s %s', async (method, path) => {
    expect(await ask(path, method, by('compute'))).toMatchObject({ status: 404, body: '' });
  });

  it.each<TlsRole>(['network', 'conductor', 'scheduler'])('gives a %s nothing', async (role) => {
    expect(await ask(IMAGE, 'GET', by(role))).toMatchObject({ status: 403, body: '' });
  });

  it('gives nothing to whoever has no certificate', async () => {
    await expect(ask(IMAGE, 'GET')).rejects.toThrow(/certificate required/);
  });

  it('needs TLS files', () => {
    const app = Fastify() as unknown as FastifyInstance;
    expect(() => createAgentListener({ app, host: '127.0.0.1', port, transport: PLAIN_ON_LOOPBACK })).toThrow(
      /api\.agentPort needs tls\.certFile/,
    );
  });
});

describe('the entrance for clients', () => {
  const listen = (host: string, certificate: TlsFiles | null): Service => {
    const app: unknown = certificate === null ? Fastify() : Fastify({ https: serverTlsOptions(certificate) });
    const options = { host, port, certificate, metrics: createMetrics('api'), ready: async () => true };
    service = createListener({
      app: withRoutes(app as unknown as FastifyInstance),
      transport: PLAIN_ON_LOOPBACK,
      ...options,
    });
    return service;
  };

  it('speaks TLS with its certificate, asks for none, and takes a new one without a restart', async () => {
    authority.transport('front', 'api');
    const { certFile, keyFile } = leafPaths(authority.folder('front'));
    const certificate = new TlsFiles({ certFile, keyFile }, silentLogger, 'api');
    await listen('0.0.0.0', certificate).start();
    const first = await ask('/compute/v2.1/servers', 'GET');
    expect(first).toMatchObject({ status: 200, body: 'servers' });
    writeLeaf(authority.folder('front'), authority.authority, { roles: ['api'], hosts: [] });
    certificate.check();
    expect((await ask('/readyz', 'GET')).serial).not.toBe(first.serial);
  });

  it('stays on loopback without one; the error names the options', async () => {
    await expect(listen('0.0.0.0', null).start()).rejects.toThrow(
      /^api\.host: 0\.0\.0\.0 .* set api\.certFile and api\.keyFile, or allow it with tls\.insecure: true/,
    );
  });
});
