import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/**
 * JSON as real clients send it: an empty body with a JSON content type (on DELETE, and on some POSTs) is no body at all.
 * `request.body` is undefined then.
 */
export function acceptJson(app: FastifyInstance, malformedJson: string): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, JSON.parse(body as string));
    } catch (cause) {
      done(new VolvoxError('invalid', malformedJson, { cause }));
    }
  });
}
