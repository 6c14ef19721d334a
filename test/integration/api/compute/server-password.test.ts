import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const SERVER = '8600d31b-d1a1-4632-b2ff-45c2be1a70ff';
const PATH = `/servers/${SERVER}/os-server-password`;
let password = '';
let silent = false;
let api: ComputeApp;

beforeAll(async () => {
  const answering = <R>(answer: () => R) => {
    if (silent) throw new VolvoxError('unavailable', 'no answer');
    return answer();
  };
  const cell = {
    ...{ id: 'east', name: 'east', url: '', enabled: true },
    door: {
      serverPassword: async () => answering(() => ({ password })),
      clearServerPassword: async () =>
        answering(() => {
          password = '';
          return {};
        }),
    },
  };
  const find = () => cell;
  api = await createComputeApp({ cells: { all: () => [cell], find, of: find } as unknown as ApiDeps['cells'] });
  await beginWithServer(api.deps, aBuild({ uuid: SERVER, projectId: PROJECT }), 'east');
});
beforeEach(() => {
  [password, silent] = ['c2VjcmV0', false];
});
afterAll(() => api?.close());

it.each(['2.1', '2.104'])('shows the encrypted password of a guest and forgets it, at %s', async (version) => {
  const shown = async (who: string) => api.send(who, `GET ${PATH}`, version);
  expect((await shown('reader')).body).toEqual({ password: 'c2VjcmV0' });
  expect((await shown('outsider')).status).toBe(404);
  expect((await api.send('reader', `DELETE ${PATH}`, version)).status).toBe(403);
  expect((await api.send('outsider', `DELETE ${PATH}`, version)).status).toBe(404);
  expect((await shown('reader')).body).toEqual({ password: 'c2VjcmV0' });
  expect((await api.send('member', `DELETE ${PATH}`, version)).status).toBe(204);
  expect((await shown('reader')).body).toEqual({ password: '' });
  silent = true;
  expect((await shown('reader')).status).toBe(503);
});

it('knows no other servers', async () => {
  const { status } = await api.send('member', `GET ${PATH.replace('8600', '9600')}`, '2.1');
  expect(status).toBe(404);
});
