import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { issueDiskTicket } from '#platform/rpc/disk-ticket.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { sharedSigner, sharedVerifier } from '#platform/rpc/signing.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import { httpBlockSource, openBlockConnections } from '../../../../cell/compute/disk-transfer/block-source.ts';
import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { serveGuestData } from '../../../../cell/compute/guest-data.ts';
import { aTestAuthority, type TestAuthority } from '../../../support/test-authority.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';

const guestId = randomUUID();
/** A host without guests: whoever is let in is told so. */
const EMPTY = { find: async () => null } as unknown as Driver;

let authority: TestAuthority;
let server: HttpService | undefined;
beforeEach(() => {
  authority = aTestAuthority();
});
afterEach(async () => {
  await server?.stop();
  authority.remove();
});

/** Asks a host whose certificate has the role `served` for the disks, with the right ticket, as a `caller`. */
async function askForDisks(served: TlsRole, caller: TlsRole): Promise<unknown> {
  server = createHttpService({
    ...{ name: 'source', host: '127.0.0.1', port: 0, log: silentLogger },
    transport: authority.transport('source', served),
    routes: (app) => serveGuestData(app, EMPTY, sharedVerifier(AGENT_KEY)),
  });
  await server.start();
  const ticket = issueDiskTicket(sharedSigner(AGENT_KEY), { id: guestId, generation: 1 }, Date.now());
  const dispatcher = openBlockConnections(authority.transport('target', caller));
  try {
    const source = httpBlockSource({ url: server.address(), guestId, ticket, dispatcher });
    return await source.manifest(AbortSignal.timeout(10_000));
  } finally {
    await dispatcher.destroy();
  }
}

describe('disks over TLS', () => {
  it('are asked for by a compute agent, of a compute agent', async () => {
    await expect(askForDisks('compute', 'compute')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it.each<TlsRole>(['network', 'conductor', 'api'])('are not given to a %s, whatever ticket it has', async (role) => {
    await expect(askForDisks('compute', role)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it.each<TlsRole>(['network', 'conductor'])('are not asked of a %s: no ticket is sent there', async (role) => {
    await expect(askForDisks(role, 'compute')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('is not one of compute.volvox.internal'),
    });
  });

  it('are not asked of a server without TLS on this machine, which another cell may name', async () => {
    let requests = 0;
    const plain = createServer((_request, response) => {
      requests += 1;
      response.end('{"disks":[],"base":null}');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const dispatcher = openBlockConnections(authority.transport('target', 'compute'));
    try {
      const source = httpBlockSource({ url, guestId, ticket: 'ticket', dispatcher });
      const asked = source.manifest(AbortSignal.timeout(10_000));
      await expect(asked).rejects.toMatchObject({ kind: 'invalid', message: /without TLS/ });
      expect(requests).toBe(0);
    } finally {
      await dispatcher.destroy();
      plain.closeAllConnections();
      await new Promise((resolve) => plain.close(resolve));
    }
  });
});
