import { VolvoxError } from '#platform/errors/volvox-error.ts';

type Items = Readonly<Record<string, string>>;

/* The single items under `…/metadata/:key`, of servers and of images. */

const itemNotFound = (key: string): VolvoxError => new VolvoxError('not-found', `Metadata item was not found: ${key}`);

/** @throws VolvoxError not-found */
export function itemOf(items: Items, key: string): Items {
  const value = Object.hasOwn(items, key) ? items[key] : undefined;
  if (value === undefined) throw itemNotFound(key);
  return { [key]: value };
}

/** @throws VolvoxError not-found */
export function withoutItem(items: Items, key: string): Items {
  itemOf(items, key);
  const { [key]: _gone, ...rest } = items;
  return rest;
}

/** @throws VolvoxError invalid when a body has another item than its path. */
export function mustBeItem(items: Items, key: string): void {
  if (!Object.hasOwn(items, key))
    throw new VolvoxError(
      'invalid',
      'Request body and URI mismatch: the body must have one member, the key of the path.',
    );
}
