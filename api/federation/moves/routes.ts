import type { FastifyInstance } from 'fastify';

/** Moves of servers between cells. There are none: this release moves servers inside a cell only (the server action resize). */
export function moveRoutes(api: FastifyInstance): void {
  api.get('/v1/moves', async () => ({ moves: [] }));
}
