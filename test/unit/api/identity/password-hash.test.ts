import { expect, test } from 'vitest';
import { hashPassword, passwordMatches } from '../../../../api/identity/passwords/password-hash.ts';

test('a hash tells its parameters, and only the password fits it', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^argon2id\$memory=19456,passes=2,parallelism=1\$/);
  expect(await passwordMatches('correct horse', hash)).toBe(true);
  expect(await passwordMatches('wrong horse', hash)).toBe(false);
  expect(await hashPassword('correct horse')).not.toBe(hash);
});

test('no hash, or one that cannot be read, fits nothing', async () => {
  expect(await passwordMatches('', null)).toBe(false);
  expect(await passwordMatches('x', 'plain:x')).toBe(false);
});
