import { createKeyPair } from '#platform/directory/stores/key-pairs.ts';
import { insertProject } from '#platform/directory/stores/projects.ts';
import { insertUser } from '#platform/directory/stores/users.ts';
import type { Binding } from './binding.ts';

/** Stubs that one or two scenarios need. */
export const OTHER_BINDINGS: readonly Binding[] = [
  {
    internals: /GlanceFixture, 'detail', return_value=\[\]/,
    here: 'no image of a backup: the project has made none',
  },
  {
    internals: /^flags\(enabled=True, group=serial_console\)/,
    here: 'serial consoles: every region offers them, to users that the directory knows',
    prepare: ({ directory }, { adminId, projectId }) =>
      directory.transaction(async (tx) => {
        const since = { createdAt: new Date().toISOString(), extra: {} };
        await insertProject(tx, { id: projectId, name: projectId, description: '', enabled: true, tags: [], ...since });
        await insertUser(tx, {
          ...{ id: adminId, name: adminId, description: '', email: null, enabled: true, passwordHash: null },
          ...{ defaultProjectId: null, tokensNotBefore: 0, ...since },
        });
      }),
  },
  {
    internals: /nova\.compute\.api\.API\.rebuild/,
    here: 'a rebuild that was only asked for: the rebuild itself',
  },
  {
    internals: /fakes\.stub_out_key_pair_funcs/,
    here: 'a key pair of every name: the key pair new-key of the user',
    prepare: ({ directory }, { adminId }) =>
      directory.transaction(async (tx) => {
        const key = { userId: adminId, name: 'new-key', type: 'ssh', fingerprint: 'aa:bb', publicKey: KEY } as const;
        await createKeyPair(tx, key, -1, new Date().toISOString());
      }),
  },
  {
    internals: /exception\.Unauthorized/,
    here: 'a token that has expired on the way to the network service, which is this API: a token that nobody knows',
    fixture: (fixture) => ({
      ...fixture,
      token: () => 'expired',
      values: (name) => (name.endsWith('network_1.id') ? NETWORK : fixture.values(name)),
    }),
  },
  {
    internals: /ManilaFixture|nova\.compute\.api\.API/,
    scenario: /^test_server_shares\./,
    here: 'a share service: no share is looked for on a server that is not there',
  },
];

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6fBq8l7Wr5yFPuAJ1yZ2bYk3UjWzK6sQxk0hD0XKqN new-key';
const NETWORK = '3cb9bc59-5699-4588-a4b1-b87f96708bc6';
