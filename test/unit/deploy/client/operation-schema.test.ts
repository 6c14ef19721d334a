import { expect, it } from 'vitest';
import { operationsSchema } from '../../../../deploy/client/operation-schema.ts';
import { callPath } from '../../../../deploy/client/operations.ts';

const thing = { type: 'object', properties: { id: { type: 'string' } } };
const document = {
  paths: {
    '/things/{id}': {
      get: {
        parameters: [
          { $ref: '#/components/parameters/microversion' },
          { name: 'id', in: 'path' },
          { name: 'limit', in: 'query' },
        ],
        responses: { 200: { content: { 'application/json': { schema: thing } } }, default: {} },
      },
      delete: { parameters: [{ name: 'id', in: 'path' }], responses: { 204: {} } },
    },
  },
};

it('says of each operation its parameters, body and answer', () => {
  const { properties } = operationsSchema(document) as { properties: Record<string, { properties: object }> };
  expect(Object.keys(properties)).toEqual(['GET /things/{id}', 'DELETE /things/{id}']);
  expect(properties['GET /things/{id}']?.properties).toMatchObject({
    path: { required: ['id'] },
    query: { properties: { limit: {} }, required: [] },
    body: { type: 'null' },
    response: thing,
  });
  expect(properties['DELETE /things/{id}']?.properties).toMatchObject({ response: { type: 'null' } });
});

it('fills the path and repeats lists in the query', () => {
  const options = { path: { id: 'a/b ü' }, query: { tags: ['x', 'y'], limit: 5, marker: undefined } };
  expect(callPath('GET /things/{id}', options)).toEqual({
    method: 'GET',
    path: '/things/a%2Fb%20%C3%BC?tags=x&tags=y&limit=5',
  });
});
