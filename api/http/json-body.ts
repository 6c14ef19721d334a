import type { FastifyInstance, FastifyRequest } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { HttpFault } from './http-fault.ts';
import { refuseUnsafeJson } from './safe-json.ts';

/**
 * Parses JSON as real clients send it, also without a content type. An empty body with a JSON content type (on DELETE, and on some POSTs)
 * counts as no body: `request.body` is undefined.
 * @param mediaTypes further media types that are JSON.
 */
export function acceptJson(app: FastifyInstance, malformedJson: string, mediaTypes: readonly string[] = []): void {
  const parse = (text: string): unknown => {
    if (text.length === 0) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new VolvoxError('invalid', malformedJson, { cause });
    }
    refuseUnsafeJson(value);
    return value;
  };
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser(
    ['application/json', ...mediaTypes],
    { parseAs: 'string' },
    async (_request: unknown, body: string) => parse(body),
  );
  app.addContentTypeParser('*', { parseAs: 'string' }, async (request: FastifyRequest, body: string) => {
    if (request.headers['content-type'] !== undefined && body.length > 0) {
      throw new HttpFault(415, 'Unsupported Content-Type: application/json is needed.');
    }
    return parse(body);
  });
}
