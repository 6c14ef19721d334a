import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { der, oid, pem, randomSerial, sequence, utf8, validityTime } from '#platform/tls/der.ts';

const SHA256_WITH_RSA = sequence(oid('2a864886f70d01010b'), der(0x05));
const COMMON_NAME = oid('550403');
const EXTENDED_KEY_USAGE = oid('551d25');
const CLIENT_AUTHENTICATION = oid('2b06010505070302');
const SUBJECT_ALTERNATIVE_NAME = oid('551d11');
/** Microsoft's user principal name, which WinRM maps to an account. */
const USER_PRINCIPAL_NAME = oid('2b060104018237140203');

/** A certificate that lets `user` log in by WinRM, signed by itself, valid for ten years; PEM. */
export function selfSignedCertificate(user: string, privateKey: KeyObject, now: number): string {
  const name = sequence(der(0x31, sequence(COMMON_NAME, utf8(user.slice(0, 64)))));
  const extensions = sequence(
    sequence(EXTENDED_KEY_USAGE, der(0x04, sequence(CLIENT_AUTHENTICATION))),
    sequence(
      SUBJECT_ALTERNATIVE_NAME,
      der(0x04, sequence(der(0xa0, USER_PRINCIPAL_NAME, der(0xa0, utf8(`${user}@localhost`))))),
    ),
  );
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    randomSerial(),
    SHA256_WITH_RSA,
    name,
    sequence(validityTime(now - 86_400_000), validityTime(now + 3_650 * 86_400_000)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = sequence(signed, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), signature));
  return pem('CERTIFICATE', certificate);
}
