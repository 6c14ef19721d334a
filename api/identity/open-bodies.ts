import { always } from '../http/by-version.ts';
import { object, wrapped } from '../http/parameter-types.ts';
import type { Schema } from '../http/validator.ts';

const MAX_ATTRIBUTES = 64;

/** The bodies `{user: …}` that create and change a noun to which clients may add attributes of their own. A new one has a name. */
export function openBodies(noun: string, members: Readonly<Record<string, Schema>>) {
  const body = (required: readonly string[]) =>
    always(wrapped(noun, { ...object(members, required), additionalProperties: true, maxProperties: MAX_ATTRIBUTES }));
  return { create: body(['name']), update: body([]) };
}
