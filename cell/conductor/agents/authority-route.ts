import type { FastifyInstance } from 'fastify';
import { AUTHORITY_ROUTE } from '#platform/tls/pinned-authorities.ts';
import type { AgentCertificates } from './agent-certificates.ts';

/** Shows the authorities of the cell to hosts that have no certificate yet. */
export function serveAuthority(app: FastifyInstance, certificates: Pick<AgentCertificates, 'trust'>): void {
  app.get(AUTHORITY_ROUTE, async (_request, reply) => {
    const { trust } = certificates;
    return trust === null ? reply.code(404).send({}) : trust;
  });
}
