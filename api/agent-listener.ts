import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { callerHasRole } from '#platform/tls/caller-role.ts';
import { keepServerRenewed, mutualTlsOptions } from '#platform/tls/server-options.ts';
import type { Transport } from '#platform/tls/transport.ts';

interface AgentListenerOptions {
  readonly app: FastifyInstance;
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
}

const IMAGE_FILE = /^\/image\/v2\/images\/[0-9a-f-]+\/file$/;
const IDLE_MS = 72_000;

/**
 * A second entrance of the REST front, for compute agents: it serves and takes the bytes of images, for those who have a ticket and the
 * certificate of a compute agent, and nothing else.
 * @throws VolvoxError invalid when there are no TLS files.
 */
export function createAgentListener({ app, host, port, transport: { files } }: AgentListenerOptions): Service {
  if (files === null) throw new VolvoxError('invalid', 'api.agentPort needs tls.certFile, tls.keyFile and tls.caFile.');
  const server = createServer({ ...mutualTlsOptions(files), keepAliveTimeout: IDLE_MS }, (request, response) => {
    if (!callerHasRole(request.socket, ['compute'])) return refuse(response, 403);
    if (!isImageFile(request)) return refuse(response, 404);
    return app.routing(request, response);
  });
  let unwatch: () => void = () => undefined;
  return {
    name: 'images for agents',
    start: async () => {
      await app.ready();
      unwatch = keepServerRenewed(server, files);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port }, resolve);
      });
    },
    drain: async () => undefined,
    stop: async () => {
      unwatch();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    },
  };
}

const isImageFile = ({ method, url }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'PUT') && IMAGE_FILE.test(url ?? '');

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': '0' }).end();
}
