import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { KnownPaths } from '../../../../api/http/known-paths.ts';

test('tells the methods of a path, whatever its parameters', () => {
  const app = Fastify();
  const paths = new KnownPaths();
  paths.watch(app);
  app.get('/v2/things/:id', async () => ({}));
  app.delete('/v2/things/:id', async () => ({}));
  expect(paths.methodsOf('/v2/things/5?x=1')).toEqual(['DELETE', 'GET', 'HEAD']);
  expect(paths.methodsOf('/v2/things')).toEqual([]);
  expect(paths.methodsOf('/v2/things/5/')).toEqual([]);
  expect(paths.methodsOf('/v2/things/5/more')).toEqual([]);
});
