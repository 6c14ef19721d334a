import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sshFingerprint } from '../../../../api/compute/key-pairs/ssh-public-key.ts';
import { type ComputeApp, createComputeApp } from './compute-app.ts';

const RSA =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDx8nkQv/zgGgB4rMYmIf+6A4l6Rr+o/6lHBQdW5aYd44bd8JttDCE/F/pNRr0lRE+PiqSPO8nDPHw0010JeMH9gYgnnFlyY3/OcJ02RhIPyyxYpv9FhY+2YiUkpwFOcLImyrxEsYXpD/0d3ac30bNH6Sw9JD9UZHYcpSxsIbECHw== Generated-by-Nova';

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
});
afterAll(() => api.close());

const a = (name: string, rest: object = {}) => ({ keypair: { name, ...rest } });
const imported = (name: string, rest: object = {}) => a(name, { public_key: RSA, ...rest });

describe('create', () => {
  it('imports a key: 200 without a type before 2.2, 201 with one after', async () => {
    const old = await api.send('member', 'POST /os-keypairs', null, imported('old'));
    expect(old).toMatchObject({ status: 200, body: { keypair: { name: 'old', public_key: RSA, user_id: 'fake' } } });
    expect(Object.keys(old.body.keypair).sort()).toEqual(['fingerprint', 'name', 'public_key', 'user_id']);
    expect(old.body.keypair.fingerprint).toBe('1e:2c:9b:56:79:4b:45:77:f9:ca:7a:98:2c:b0:d5:3c');
    const now = await api.send('member', 'POST /os-keypairs', '2.2', imported('now', { type: 'ssh' }));
    expect(now).toMatchObject({ status: 201, body: { keypair: { type: 'ssh' } } });
  });
  it('generates a pair whose halves belong together', async () => {
    const { status, body } = await api.send('member', 'POST /os-keypairs', '2.91', a('made'));
    expect(status).toBe(201);
    const { private_key, public_key, fingerprint } = body.keypair;
    expect(private_key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----[a-zA-Z0-9\n/+=]*-----END RSA PRIVATE KEY-----\n$/);
    const modulus = String(createPublicKey(createPrivateKey(private_key)).export({ format: 'jwk' }).n);
    expect(public_key).toMatch(/^ssh-rsa [a-zA-Z0-9/+=]+ Generated-by-Nova$/);
    const blob = Buffer.from(public_key.split(' ')[1], 'base64');
    expect(blob.subarray(-256).toString('base64url')).toBe(modulus);
    expect(fingerprint).toBe(sshFingerprint(public_key));
  });
  it('generates a certificate that its key has signed', async () => {
    const { body } = await api.send('member', 'POST /os-keypairs', '2.2', a('windows', { type: 'x509' }));
    expect(body.keypair.private_key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    const certificate = new X509Certificate(body.keypair.public_key);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(body.keypair.private_key))).toBe(true);
    expect(certificate.subject).toBe('CN=fake');
    expect(body.keypair.fingerprint).toMatch(/^([0-9a-f]{2}:){19}[0-9a-f]{2}$/);
  });
  it('refuses a name that is taken', async () => {
    const { status, body } = await api.send('member', 'POST /os-keypairs', '2.2', imported('now'));
    expect([status, body.conflictingRequest.message]).toEqual([409, "Key pair 'now' already exists."]);
  });
  it.each([
    [
      '2.2',
      'no key',
      a('x', { public_key: 'ssh-rsa AAAA' }),
      'Keypair data is invalid: failed to generate fingerprint',
    ],
    ['2.2', 'an unknown type', imported('x', { type: 'pgp' }), /type.*'pgp' is not one of \['ssh', 'x509'\]/],
    [
      '2.1',
      'a type before 2.2',
      imported('x', { type: 'ssh' }),
      "Additional properties are not allowed ('type' was unexpected)",
    ],
    ['2.91', 'an @ before 2.92', imported('a@b'), /'name'/],
    ['2.92', 'a pipe', imported('a|b'), /'name'/],
    ['2.92', 'nothing to import from 2.92', a('x'), "'public_key' is a required property"],
  ])('refuses at %s %s', async (version, _what, body, message) => {
    const reply = await api.send('member', 'POST /os-keypairs', version, body);
    expect(reply.status).toBe(400);
    if (typeof message === 'string') expect(reply.body.badRequest.message).toContain(message);
    else expect(reply.body.badRequest.message).toMatch(message);
  });
  it('takes @ and . from 2.92', async () => {
    expect((await api.send('member', 'POST /os-keypairs', '2.92', imported('my-key@ my.host'))).status).toBe(201);
  });
  it('keeps the limit exactly, also when asked in parallel', async () => {
    await api.deps.directory.transaction((tx) =>
      tx
        .insertInto('quotas')
        .values({ project_id: 'ffffffffffffffffffffffffffffffff', resource: 'key_pairs', hard_limit: 3 })
        .execute(),
    );
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) => api.send('outsider', 'POST /os-keypairs', '2.2', imported(`k${n}`))),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = replies.find(({ status }) => status !== 201);
    expect(refused).toMatchObject({
      status: 403,
      body: { forbidden: { message: expect.stringContaining('Quota exceeded, too many key pairs.') } },
    });
  });
});

describe('show, list, delete', () => {
  it('shows everything about one', async () => {
    const { body } = await api.send('member', 'GET /os-keypairs/now', '2.2');
    expect(body.keypair).toMatchObject({
      user_id: 'fake',
      deleted: false,
      deleted_at: null,
      updated_at: null,
      type: 'ssh',
    });
    expect(body.keypair.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    expect(typeof body.keypair.id).toBe('number');
  });
  it('pages from 2.35', async () => {
    for (const name of ['a', 'b', 'c'])
      await api.send('admin', 'POST /os-keypairs', '2.10', imported(name, { user_id: 'u1' }));
    const { body } = await api.send('admin', 'GET /os-keypairs?user_id=u1&marker=a&limit=1', '2.35');
    expect(body.keypairs.map((k: { keypair: { name: string } }) => k.keypair.name)).toEqual(['b']);
    expect(body.keypairs_links[0].href).toBe('http://volvox.test/compute/v2.1/os-keypairs?limit=1&marker=b&user_id=u1');
    expect((await api.send('admin', 'GET /os-keypairs?marker=zz', '2.35')).status).toBe(400);
  });
  it("another user's are for admins", async () => {
    for (const what of [
      'GET /os-keypairs?user_id=u1',
      'GET /os-keypairs/a?user_id=u1',
      'DELETE /os-keypairs/a?user_id=u1',
    ])
      expect((await api.send('member', what, '2.10')).status).toBe(403);
    expect((await api.send('member', 'POST /os-keypairs', '2.10', imported('x', { user_id: 'u1' }))).status).toBe(403);
  });
  it('deletes: 202 before 2.2, 204 after, 404 when it is gone', async () => {
    expect((await api.send('member', 'DELETE /os-keypairs/old')).status).toBe(202);
    expect((await api.send('member', 'DELETE /os-keypairs/now', '2.2')).status).toBe(204);
    const { status, body } = await api.send('member', 'DELETE /os-keypairs/now', '2.2');
    expect([status, body.itemNotFound.message]).toEqual([404, 'Keypair now not found for user fake']);
  });
});

describe('fingerprints', () => {
  it.each(['ed25519', 'P-256', 'P-384', 'P-521'])('reads %s keys', (kind) => {
    const jwk = (
      kind === 'ed25519'
        ? generateKeyPairSync('ed25519').publicKey
        : generateKeyPairSync('ec', { namedCurve: kind }).publicKey
    ).export({ format: 'jwk' });
    const curve = `nistp${kind.slice(2)}`;
    const x = Buffer.from(String(jwk.x), 'base64url');
    const parts =
      kind === 'ed25519'
        ? ['ssh-ed25519', x]
        : [`ecdsa-sha2-${curve}`, curve, Buffer.concat([Buffer.from([4]), x, Buffer.from(String(jwk.y), 'base64url')])];
    const line = keyLine(parts);
    expect(sshFingerprint(line)).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    expect(sshFingerprint(line.replace(String(parts[0]), 'ssh-rsa'))).toBeNull();
  });

  const point = (): Buffer => {
    const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    return Buffer.concat([Buffer.from([4]), Buffer.from(String(x), 'base64url'), Buffer.from(String(y), 'base64url')]);
  };
  it.each([
    ['sk-ssh-ed25519@openssh.com', ['sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7), 'ssh:']],
    ['sk-ecdsa-sha2-nistp256@openssh.com', ['sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point(), 'ssh:']],
    ['a certificate', ['ssh-ed25519-cert-v01@openssh.com', Buffer.alloc(32, 1), Buffer.alloc(32, 2), 'more']],
  ])('hashes the blob of %s', (_name, parts) => {
    const line = keyLine(parts);
    const md5 = createHash('md5')
      .update(Buffer.from(line.split(' ')[1] ?? '', 'base64'))
      .digest('hex');
    expect(sshFingerprint(line)?.replaceAll(':', '')).toBe(md5);
  });

  it.each([
    ['a security key without its application', ['sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 7)]],
    ['a point off its curve', ['sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', Buffer.alloc(65, 4), 'ssh:']],
    ['a kind that nobody owns', ['ssh-made-up', Buffer.alloc(32)]],
  ])('refuses %s', (_name, parts) => {
    expect(sshFingerprint(keyLine(parts))).toBeNull();
  });

  it('takes a security key through the API', async () => {
    const line = keyLine(['sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 9), 'ssh:']);
    const reply = await api.send('member', 'POST /os-keypairs', '2.2', a('security-key', { public_key: line }));
    expect([reply.status, reply.body.keypair?.fingerprint]).toEqual([201, sshFingerprint(line)]);
  });
});

/** A line of `authorized_keys`: each part with its length before it. */
function keyLine(parts: readonly (string | Buffer)[]): string {
  const blob = Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
  return `${parts[0]} ${blob.toString('base64')} me@here`;
}
