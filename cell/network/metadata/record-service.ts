import { chown, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { answerPassword } from './answer-password.ts';
import type { GuestPasswords } from './guest-passwords.ts';
import type { RecordSource } from './record-source.ts';

/** An address of IPv4, or a link-local one. */
const PATH = /^\/(records|passwords)\/([0-9a-f-]{36})\/([0-9.]{7,15}|fe80::[0-9a-f:]{1,19})$/;

interface RecordServiceOptions {
  readonly socketPath: string;
  /** The user that the metadata server runs as, and the only one that may ask. */
  readonly clientUid: number;
  readonly source: RecordSource;
  readonly passwords: Pick<GuestPasswords, 'read' | 'save'>;
  readonly log: Logger;
}

/**
 * `GET /records/<network>/<address>` on a Unix socket: what the metadata server asks. 404: nobody; 503: not known now. `GET` and `PUT
 * /passwords/<network>/<address>`: the password of a guest (answer-password.ts).
 */
export function createRecordService({ socketPath, clientUid, source, passwords, log }: RecordServiceOptions): Service {
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    const [, what, networkId, asked] = PATH.exec(request.url ?? '') ?? [];
    if (networkId === undefined || asked === undefined) return void response.writeHead(404).end();
    const address = source.fixedAddressOf(networkId, asked);
    if (address === null) return void response.writeHead(404).end();
    if (what === 'passwords') return void answerPassword(passwords, { networkId, address }, request, response);
    source.record(networkId, address).then(
      (record) =>
        record === null
          ? response.writeHead(404).end()
          : response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(record)),
      (error) => {
        log.debug({ networkId, address, reason: messageOf(error) }, 'metadata cannot be told now');
        response.writeHead(503).end();
      },
    );
  });
  return {
    name: 'metadata-records',
    start: async () => {
      await rm(socketPath, { force: true });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ path: socketPath }, resolve);
      });
      await chown(socketPath, clientUid, clientUid);
    },
    drain: async () => undefined,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
