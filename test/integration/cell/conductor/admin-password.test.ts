import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#platform/contracts/actor.ts';
import { computeContract } from '#platform/contracts/compute.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { HttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { authenticateConductor } from '../../../../cell/agent/conductor-trust.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { aBuild } from './support/build-requests.ts';
import type { CellWorld } from './support/cell-world.ts';
import { useCellWorld } from './support/use-cell-world.ts';

const actor: Actor = { userId: 'u', projectId: 'p', isAdmin: false, requestId: 'req-1' };

/** As `ssh-keygen` writes it. */
function sshRsa(exponent: Buffer, modulus: Buffer): string {
  const fields = [Buffer.from('ssh-rsa'), exponent, Buffer.concat([Buffer.from([0]), modulus])].flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return [length, field];
  });
  return `ssh-rsa ${Buffer.concat(fields).toString('base64')} user@home`;
}
function sshKey(bits: number) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' });
  const read = (sealed: string) =>
    privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(sealed, 'base64')).toString();
  return { publicKey: sshRsa(Buffer.from(e, 'base64url'), Buffer.from(n, 'base64url')), read };
}
const keyPair = (publicKey: string): InstanceBuild['keyPair'] => ({
  ...{ name: 'key', publicKey, type: 'ssh', fingerprint: '' },
});

describe('the password of an administrator', () => {
  let world: CellWorld;
  let agent: HttpService;
  const asked: { user: string; password: string }[] = [];
  let failure: VolvoxError | null = null;
  useCellWorld({ hosts: 1 }, (made) => {
    world = made;
  });

  beforeAll(async () => {
    const unused = async () => Promise.reject(new VolvoxError('not-found', 'no such guest here'));
    const trust = {
      ...{ agentId: world.agents.computeId, credential: { isOwn: false }, verify: () => false },
      sharedKey: { reveal: () => AGENT_KEY },
    };
    agent = await startOnLoopback('agent', (app) => {
      const handlers = {
        ...{ consoleOutput: unused, guestStats: unused, guestDisks: unused, injectNmi: unused, cacheImage: unused },
        setPassword: async ({ user, password }: { user: string; password: string }) => {
          if (failure !== null) throw failure;
          asked.push({ user, password });
          return {};
        },
      };
      serveContract(app, computeContract, handlers, authenticateConductor(trust as never));
    });
    const { write } = world.test.database;
    await write.updateTable('agents').set({ url: agent.address() }).where('id', '=', world.agents.computeId).execute();
  });
  afterAll(() => agent?.stop());

  const active = (rest: Partial<InstanceBuild>, properties: Record<string, string> = {}) => {
    const build = aBuild(rest);
    return world.anActiveInstance(0, { build: { ...build, image: { ...build.image, properties } } });
  };
  const set = (uuid: string, password: string) =>
    world.door.setAdminPassword({ uuid, operationId: crypto.randomUUID(), password, actor });
  const stored = async (uuid: string) => (await world.door.serverPassword({ uuid })).password;

  it.each([
    [{}, 'root'],
    [{ os_type: 'windows' }, 'Administrator'],
    [{ os_type: 'windows', os_admin_user: 'jane' }, 'jane'],
  ])('with the image properties %j is that of %s', async (properties, user) => {
    const uuid = await active({ keyPair: null }, properties);
    await set(uuid, 'secret');
    expect(asked.at(-1)).toEqual({ user, password: 'secret' });
    expect(await stored(uuid)).toBe('');
  });

  it('is stored so that only the owner of the RSA key can read it, the newest one', async () => {
    const key = sshKey(2_048);
    const uuid = await active({ keyPair: keyPair(key.publicKey) });
    for (const password of ['secret', 'päss wörd']) {
      await set(uuid, password);
      expect(key.read(await stored(uuid))).toBe(password);
    }
  });

  it('is not stored for other keys, nor when it is too long for the key', async () => {
    const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBuB3eVnLf0Qf1m4k0yJ2sHkq0oR3c6lq0l3kYh1b2aX user@home';
    const huge = sshRsa(Buffer.from([1, 0, 1]), Buffer.alloc(1_024, 0xff));
    for (const publicKey of [ed25519, huge, 'ssh-rsa AAAA', 'ssh-rsa']) {
      const uuid = await active({ keyPair: keyPair(publicKey) });
      await set(uuid, 'secret');
      expect(await stored(uuid)).toBe('');
    }
    const uuid = await active({ keyPair: keyPair(sshKey(1_024).publicKey) });
    await set(uuid, 'x'.repeat(200));
    expect(await stored(uuid)).toBe('');
  });

  it('is not said to be set when the agent refuses or is silent', async () => {
    const key = sshKey(2_048);
    const uuid = await active({ keyPair: keyPair(key.publicKey) });
    failure = new VolvoxError('conflict', 'The guest agent refuses to set the password.');
    await expect(set(uuid, 'secret')).rejects.toMatchObject({
      kind: 'conflict',
      message: `Failed to set admin password on ${uuid} because error setting admin password: ${failure.message}`,
    });
    failure = new VolvoxError('conflict', 'QEMU guest agent is not enabled');
    await expect(set(uuid, 'secret')).rejects.toMatchObject({ kind: 'conflict', message: failure.message });
    failure = new VolvoxError('unsupported', 'No guest agent runs in the guest.');
    await expect(set(uuid, 'secret')).rejects.toMatchObject({ kind: 'unsupported', message: failure.message });
    expect(await stored(uuid)).toBe('');
    failure = null;
  });
});
