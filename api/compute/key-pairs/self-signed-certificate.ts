import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A DER element: tag, length, content (X.690 §8.1). */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
const generalizedTime = (ms: number): Buffer =>
  der(0x18, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));

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
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const extensions = sequence(
    sequence(EXTENDED_KEY_USAGE, der(0x04, sequence(CLIENT_AUTHENTICATION))),
    sequence(
      SUBJECT_ALTERNATIVE_NAME,
      der(0x04, sequence(der(0xa0, USER_PRINCIPAL_NAME, der(0xa0, utf8(`${user}@localhost`))))),
    ),
  );
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    SHA256_WITH_RSA,
    name,
    sequence(generalizedTime(now - 86_400_000), generalizedTime(now + 3_650 * 86_400_000)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', signed, privateKey);
  const certificate = sequence(signed, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
