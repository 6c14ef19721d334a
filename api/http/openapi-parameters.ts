import type { Schema } from './validator.ts';

type Node = Record<string, unknown>;

/** `{id}` in a path as parameters. */
export const pathParameters = (path: string): Node[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
  }));

/** A query parameter; its schema is of the list of all values it was given. */
export const parameterOf = ([name, schema]: readonly [string, Schema]): Node => ({
  name,
  in: 'query',
  explode: true,
  schema,
});
