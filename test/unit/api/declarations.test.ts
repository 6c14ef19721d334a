import { describe, expect, it } from 'vitest';
import type { DeclaredApi } from '../../../api/apis.ts';
import { atVersion } from '../../../api/http/by-version.ts';
import type { Operation } from '../../../api/http/route.ts';
import { apisAsData } from '../../../deploy/client/apis-as-data.ts';
import { missingParts } from '../../fuzz/route-table.ts';

const APIS = apisAsData();

it('every route and action of every API declares policy, request and answer', () => {
  expect(missingParts(APIS)).toEqual([]);
});

type Labelled = readonly [label: string, operation: Operation];

const operationsOf = ({ routes }: DeclaredApi): readonly Labelled[] =>
  routes.flatMap((route): Labelled[] => {
    const label = `${route.method} ${route.path}`;
    return route.actions === undefined
      ? [[label, route]]
      : route.actions.map((action): Labelled => [`${label} ${action.name}`, action]);
  });

describe.each(APIS.map((api) => [api.service.name, api] as const))('%s', (_name, api) => {
  it('has an answer declared from the first microversion of each operation', () => {
    const without = operationsOf(api).filter(([, { response, since }]) => {
      const first = since ?? api.service.microversions?.oldest ?? 1;
      return response !== undefined && atVersion(response, { minor: first }) === undefined;
    });
    expect(without.map(([label]) => label)).toEqual([]);
  });

  it('has no two operations of one method and path', () => {
    const labels = operationsOf(api).map(([label]) => label.replace(/:\w+/g, ':'));
    expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
  });
});

/** Where a schema lets through members that it does not name. */
function openPlaces(schema: unknown, place: string): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const { properties, additionalProperties, items, anyOf, oneOf } = schema as Readonly<Record<string, unknown>>;
  const inside = [
    ...Object.entries((properties ?? {}) as object),
    ...Object.entries({ '*': additionalProperties, '[]': items }),
    ...[anyOf, oneOf].flatMap((branches) => Object.entries((branches ?? []) as readonly unknown[])),
  ];
  return [
    ...(properties !== undefined && additionalProperties !== false ? [place] : []),
    ...inside.flatMap(([key, value]) => openPlaces(value, place === '' ? key : `${place}/${key}`)),
  ];
}

/** Objects to which users may give members of their own: free attributes of identity, and properties of images. */
const FREE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  identity: ['project', 'projects/[]', 'user', 'users/[]'],
  image: ['', 'images/[]'],
};

it.each(APIS.map(({ service }) => service.name))('answers of the API %s are closed at every microversion', (name) => {
  const open = APIS.filter(({ service }) => service.name === name)
    .flatMap(operationsOf)
    .flatMap(([, { response = {} }]) => Object.values(response).flatMap((body) => openPlaces(body, '')));
  expect([...new Set(open)].sort()).toEqual(FREE_MEMBERS[name] ?? []);
});
