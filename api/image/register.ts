import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../deps.ts';
import { imageFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';
import { hasTicket, registerImageData } from './images/data-routes.ts';
import { PATCH_TYPES } from './images/patch.ts';
import { registerImages } from './images/routes.ts';
import { registerMembers } from './members/routes.ts';
import { registerSchemas } from './schemas/routes.ts';
import { isVersionDocument, registerVersions } from './versions.ts';

/** The Image API, version 2, under /image. */
export function registerImage(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/image',
    title: 'Image API',
    faults: imageFaults,
    tokens: deps.tokens,
    scope: 'project',
    open: (request) => isVersionDocument(request) || hasTicket(request),
    routes: (api) => {
      acceptImageBodies(api);
      registerVersions(api, deps.config);
      registerImages(api, deps);
      registerImageData(api, deps);
      registerMembers(api, deps);
      registerSchemas(api);
    },
  });
}

/** Images come as a stream that is not read before its handler wants it; patches are JSON under names of their own. */
function acceptImageBodies(api: FastifyInstance): void {
  api.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  api.addContentTypeParser([...PATCH_TYPES], { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body as string));
    } catch (cause) {
      done(new VolvoxError('invalid', imageFaults.malformedJson, { cause }));
    }
  });
}
