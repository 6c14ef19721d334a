import { createHash, createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { KeyedRequest, KeyUse } from '#platform/directory/stores/idempotency-keys.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;
const MUTATING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** The longest path that is kept to name a request. */
const MAX_PATH = 512;

/**
 * The key of a request that has one and changes something. Null: it has none, its path does not exist, or needs no token, so nobody owns the key.
 * @throws VolvoxError invalid for a malformed key, or one on an upload.
 */
export function clientKeyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  const { declared } = request.routeOptions.config;
  if (key === undefined || declared === undefined || !MUTATING.has(request.method)) return null;
  if ((request.context?.userId ?? '') === '') return null;
  if (typeof key !== 'string' || !KEY_PATTERN.test(key)) {
    throw new VolvoxError('invalid', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  }
  if (declared.streams) {
    throw new VolvoxError(
      'invalid',
      'An upload takes no Idempotency-Key, because its bytes are not kept to compare them. Send it without the key: bytes that are complete are never replaced.',
    );
  }
  return key;
}

/** Keys belong to a user in a project: the same text of another user, or in another project, is another key. */
export function keyUseOf({ context, id }: FastifyRequest, clientKey: string): KeyUse {
  const { projectId, userId } = context;
  return {
    owner: projectId === '' ? userId : projectId,
    userId,
    keyHash: createHash('sha256')
      .update(JSON.stringify([projectId, userId, clientKey]))
      .digest('hex'),
    requestId: id,
  };
}

/** Digests are keyed with the client's key, so that a dump of the directory does not confirm a guessed password in a body. */
export function keyedRequestOf(
  { method, url, headers, body }: FastifyRequest,
  clientKey: string,
): { readonly request: KeyedRequest; readonly fingerprint: string } {
  const version = String(headers['openstack-api-version'] ?? headers['x-openstack-nova-api-version'] ?? '');
  const [path = '', ...query] = url.split('?');
  const digest = (text: string) => createHmac('sha256', clientKey).update(text).digest('hex');
  const bodyText = body === undefined || body === null ? '' : JSON.stringify(body);
  const request = {
    method,
    path: path.slice(0, MAX_PATH),
    version: version.slice(0, MAX_PATH),
    query: query.length === 0 ? '' : digest(query.join('?')),
    body: bodyText === '' ? '' : digest(bodyText),
  };
  return { request, fingerprint: digest(JSON.stringify([method, url, version, bodyText])) };
}

/** The refusal of a second, different request with a key: names both, and what differs. */
export function otherRequest(first: KeyedRequest, requestId: string, second: KeyedRequest): string {
  const parts = ['method', 'path', 'query', 'body', 'version'] as const;
  const differing = parts.filter((part) => first[part] !== second[part]);
  // Paths are kept up to a length.
  const what = differing.length === 0 ? NAMES.path : differing.map((part) => NAMES[part]).join(', ');
  return (
    `This Idempotency-Key was used for another request: ${shown(first)} (${requestId}); this one is ${shown(second)}. ` +
    `They differ in: ${what}. Take a new key for each request.`
  );
}
const NAMES = { method: 'method', path: 'path', query: 'query', body: 'body', version: 'microversion' } as const;
const shown = ({ method, path, version }: KeyedRequest): string =>
  `${method} ${path}${version === '' ? '' : ` at ${version}`}`;
