import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type ImageAttributes, mergeAttributes, refuseLargeProperties, removeAttribute } from './attributes.ts';

/** What `PATCH` takes: JSON patch over the keys of the image (glance/api/v2/images.py); version 2.0 spells the operation as a key. */
export const PATCH_TYPES = [
  'application/openstack-images-v2.1-json-patch',
  'application/openstack-images-v2.0-json-patch',
] as const;

interface Change {
  readonly op: 'add' | 'replace' | 'remove';
  readonly key: string;
  readonly value: unknown;
}

const OPS = ['add', 'replace', 'remove'] as const;
const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

/** Applies changes in order. @throws VolvoxError naming the operation or the key that is wrong. */
export function applyPatch(image: ImageAttributes, body: unknown): ImageAttributes {
  if (!Array.isArray(body)) throw invalid('Request body must be a JSON array of operation objects.');
  const after = body.map(readChange).reduce(applyChange, image);
  refuseLargeProperties(image.properties, after.properties);
  return after;
}

function readChange(raw: unknown): Change {
  if (typeof raw !== 'object' || raw === null) throw invalid('Operations must be JSON objects.');
  const change = raw as Record<string, unknown>;
  const op = OPS.find((name) => change.op === name || (change.op === undefined && typeof change[name] === 'string'));
  if (op === undefined) throw invalid(`Operations must be one of: ${OPS.join(', ')}.`);
  const path = change.path ?? change[op];
  if (typeof path !== 'string' || !/^\/[^/]+$/.test(path)) {
    throw invalid(`Invalid JSON pointer for this resource: '${String(path)}', e.g. '/key'`);
  }
  if (op !== 'remove' && !('value' in change)) throw invalid(`Operation "${op}" requires a member named "value".`);
  return { op, key: path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~'), value: change.value };
}

function applyChange(image: ImageAttributes, { op, key, value }: Change): ImageAttributes {
  return op === 'remove' ? removeAttribute(image, key) : mergeAttributes(image, { [key]: value });
}
