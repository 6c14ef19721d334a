import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { HashAlgorithm, StoredBytes } from '../store/image-store.ts';

export type ExpectedHashes = Readonly<Partial<Record<HashAlgorithm, string>>>;

const DIGITS: Readonly<Record<HashAlgorithm, number>> = { md5: 32, sha256: 64, sha512: 128 };
const isAlgorithm = (name: unknown): name is HashAlgorithm => typeof name === 'string' && Object.hasOwn(DIGITS, name);

/**
 * The hashes that the creator of an image expects: `checksum`, `os_hash_algo` with `os_hash_value`, or the properties
 * that openstacksdk computes from a local file. @throws VolvoxError invalid, naming the field.
 */
export function expectedHashes(
  given: { readonly checksum: unknown; readonly os_hash_algo: unknown; readonly os_hash_value: unknown },
  properties: Readonly<Record<string, unknown>>,
): ExpectedHashes {
  const expected: Partial<Record<HashAlgorithm, string>> = {};
  const expect = (field: string, algorithm: HashAlgorithm, value: unknown) => {
    if (value === undefined || value === null || value === '') return;
    if (typeof value !== 'string' || !/^[0-9a-f]+$/i.test(value) || value.length !== DIGITS[algorithm]) {
      throw new VolvoxError(
        'invalid',
        `Invalid input for '${field}': ${DIGITS[algorithm]} hexadecimal digits are needed`,
      );
    }
    expected[algorithm] = value.toLowerCase();
  };
  expect('owner_specified.openstack.md5', 'md5', properties['owner_specified.openstack.md5']);
  expect('owner_specified.openstack.sha256', 'sha256', properties['owner_specified.openstack.sha256']);
  expect('checksum', 'md5', given.checksum);
  if (given.os_hash_value !== undefined && given.os_hash_value !== null) {
    if (!isAlgorithm(given.os_hash_algo)) {
      throw new VolvoxError(
        'invalid',
        `Invalid input for 'os_hash_algo': one of ${Object.keys(DIGITS).join(', ')} is needed`,
      );
    }
    expect('os_hash_value', given.os_hash_algo, given.os_hash_value);
  }
  return expected;
}

/** @throws VolvoxError invalid, naming the algorithm. */
export function checkHashes(expected: ExpectedHashes, stored: StoredBytes): void {
  for (const [algorithm, value] of Object.entries(expected) as [HashAlgorithm, string][]) {
    const found = stored.hashes[algorithm];
    if (found !== value) {
      throw new VolvoxError(
        'invalid',
        `The ${algorithm} checksum of the data is ${found}, and ${value} was expected; nothing was kept.`,
      );
    }
  }
}
