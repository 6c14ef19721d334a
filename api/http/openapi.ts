import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

/** Where an API describes itself, below its mount; nobody needs a token to read it. */
export const OPENAPI_PATH = '/openapi.json';

/** Describes every route that is added to `app` after this, as OpenAPI 3.1 from the schemas that also check requests. */
export async function describeRoutes(app: FastifyInstance, title: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      security: [{ token: [] }],
      components: { securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } } },
    },
  });
  app.get(OPENAPI_PATH, { schema: { hide: true } }, () => app.swagger());
}
