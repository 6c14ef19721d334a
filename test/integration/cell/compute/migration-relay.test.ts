import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { issueDiskTicket } from '#platform/rpc/disk-ticket.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { sharedSigner, sharedVerifier } from '#platform/rpc/signing.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import { openBlockConnections } from '../../../../cell/compute/disk-transfer/block-source.ts';
import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { connectToIncoming, serveIncoming } from '../../../../cell/compute/migration-relay.ts';
import { aTestAuthority, type TestAuthority } from '../../../support/test-authority.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { aDesiredGuest, aFact } from '../../../unit/cell/compute/a-guest.ts';

const guestId = randomUUID();
const migrationId = randomUUID();
const GENERATION = 3;

/** A machine that waits for its state, and sends back what it gets. */
const waiting = {
  find: async () =>
    aFact({
      incoming: migrationId,
      desired: aDesiredGuest({
        ...{ guestId, generation: GENERATION },
        parts: { ...NO_PARTS, migration: { role: 'incoming', id: migrationId } },
      }),
    }),
  connectIncoming: async () => new PassThrough(),
} as unknown as Driver;

let authority: TestAuthority;
let server: HttpService | undefined;
beforeEach(() => {
  authority = aTestAuthority();
});
afterEach(async () => {
  await server?.stop();
  authority.remove();
});

async function sendOver(caller: TlsRole, generation = GENERATION, guest = guestId): Promise<string> {
  server = createHttpService({
    ...{ name: 'receiver', host: '127.0.0.1', port: 0, log: silentLogger },
    transport: authority.transport('receiver', 'compute'),
    routes: (app) => serveIncoming(app, waiting, sharedVerifier(AGENT_KEY), silentLogger),
  });
  await server.start();
  const ticket = issueDiskTicket(sharedSigner(AGENT_KEY), { id: guest, generation }, Date.now());
  const dispatcher = openBlockConnections(authority.transport('sender', caller));
  try {
    const stream = await connectToIncoming(dispatcher)({ guestId, url: server.address(), ticket }, 'memory');
    stream.write('memory');
    for await (const chunk of stream) return String(chunk);
    return 'nothing';
  } finally {
    await dispatcher.destroy();
  }
}

describe('the channel of a live migration', () => {
  it('carries bytes both ways between compute agents, over TLS', async () => {
    expect(await sendOver('compute')).toBe('memory');
  });

  it.each<TlsRole>(['network', 'conductor', 'api'])('is closed to a %s, whatever ticket it has', async (role) => {
    await expect(sendOver(role)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is closed to the ticket of another generation, and of another guest', async () => {
    await expect(sendOver('compute', GENERATION - 1)).rejects.toMatchObject({ kind: 'unavailable' });
    await server?.stop();
    await expect(sendOver('compute', GENERATION, randomUUID())).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
