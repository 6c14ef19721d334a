import { expect, it } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { createAdminPasswords } from '../../../../../../api/compute/servers/create/admin-passwords.ts';

const UUID = '6a1f0c1e-0000-4000-8000-0000000000aa';
const OTHER = '6a1f0c1e-0000-4000-8000-0000000000bb';
const passwords = (key: string) => createAdminPasswords(new Secret(key.padEnd(40, '-')));

it('are the same for the same key and server in every process, and of letters and digits', () => {
  const password = passwords('one').of('a key', UUID);
  expect(password).toMatch(/^[A-Za-z0-9]{12}$/);
  expect(passwords('one').of('a key', UUID)).toBe(password);
});

it('differ with the signing key, the key of the client, and the server', () => {
  const all = [
    passwords('one').of('a key', UUID),
    passwords('two').of('a key', UUID),
    passwords('one').of('another key', UUID),
    passwords('one').of('a key', OTHER),
  ];
  expect(new Set(all).size).toBe(all.length);
});
