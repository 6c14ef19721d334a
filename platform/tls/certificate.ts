import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { parseCidr, parseIp } from '../objects/ip-address.ts';
import { der, oid, pem, randomSerial, sequence, utf8, validityTime } from './der.ts';

/** Who signs: an authority, or the certificate itself. */
interface Issuer {
  readonly name: string;
  /** EC, P-256. */
  readonly privateKey: KeyObject;
}

/** What an authority below another one may vouch for; OpenSSL refuses whatever else it signs (RFC 5280 §4.2.1.10). */
interface NameConstraints {
  /** Domains, themselves and all below them. No other DNS name is permitted. */
  readonly domains: readonly string[];
  /** CIDR; empty: all addresses. */
  readonly ranges: readonly string[];
}

/** What the certificate is for: a process with these host names and addresses, or an authority. */
type Purpose =
  | { readonly names: readonly string[] }
  | {
      /** How many authorities may stand between it and a process. */
      readonly pathLength: number;
      readonly permitted: NameConstraints | null;
    };

interface CertificateOptions {
  readonly issuer: Issuer;
  readonly subject: string;
  /** EC, P-256; the public key, or the private one. */
  readonly subjectKey: KeyObject;
  readonly purpose: Purpose;
  /** ms since the epoch. */
  readonly from: number;
  readonly until: number;
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const HOST_NAME = /^(?=.{1,253}$)(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;
const COMMON_NAME = oid('550403');
const TRUE = der(0x01, Buffer.from([0xff]));
const EXTENSION = {
  subjectKeyIdentifier: oid('551d0e'),
  keyUsage: oid('551d0f'),
  subjectAltName: oid('551d11'),
  basicConstraints: oid('551d13'),
  nameConstraints: oid('551d1e'),
  authorityKeyIdentifier: oid('551d23'),
  extendedKeyUsage: oid('551d25'),
} as const;
const SERVER_AUTHENTICATION = oid('2b06010505070301');
const CLIENT_AUTHENTICATION = oid('2b06010505070302');
/** Bit 0; bits 5 and 6 (RFC 5280 §4.2.1.3). The first octet counts the unused bits. */
const DIGITAL_SIGNATURE = der(0x03, Buffer.from([7, 0x80]));
const SIGN_CERTIFICATES_AND_LISTS = der(0x03, Buffer.from([1, 0x06]));

/**
 * A certificate of version 3, signed with ECDSA and SHA-256 (RFC 5280, RFC 5758); PEM. One of a process is good for both ends of a
 * connection.
 * @throws when a name is neither an address nor a host name.
 */
export function makeCertificate({ issuer, subject, subjectKey, purpose, from, until }: CertificateOptions): string {
  const key = subjectKey.type === 'public' ? subjectKey : createPublicKey(subjectKey);
  const publicKey = key.export({ type: 'spki', format: 'der' });
  const issuerKey = createPublicKey(issuer.privateKey).export({ type: 'spki', format: 'der' });
  const common = [
    extension(EXTENSION.subjectKeyIdentifier, der(0x04, keyId(publicKey))),
    extension(EXTENSION.authorityKeyIdentifier, sequence(der(0x80, keyId(issuerKey)))),
  ];
  const extensions = sequence(...common, ...extensionsFor(purpose));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    randomSerial(),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer.name),
    sequence(validityTime(from), validityTime(until)),
    distinguishedName(subject),
    publicKey,
    der(0xa3, extensions),
  );
  const signature = sign('sha256', signed, issuer.privateKey);
  return pem('CERTIFICATE', sequence(signed, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature)));
}

const extensionsFor = (purpose: Purpose): readonly Buffer[] =>
  'names' in purpose ? leafExtensions(purpose.names) : authorityExtensions(purpose.pathLength, purpose.permitted);

const authorityExtensions = (pathLength: number, permitted: NameConstraints | null): readonly Buffer[] => [
  critical(EXTENSION.basicConstraints, sequence(TRUE, der(0x02, Buffer.from([pathLength])))),
  critical(EXTENSION.keyUsage, SIGN_CERTIFICATES_AND_LISTS),
  ...(permitted === null ? [] : [critical(EXTENSION.nameConstraints, sequence(der(0xa0, ...subtrees(permitted))))]),
];

const subtrees = ({ domains, ranges }: NameConstraints): readonly Buffer[] =>
  [...domains.map(dnsName), ...ranges.map(addressRange)].map((base) => sequence(base));

/** The first address and the mask. @throws when it is no range. */
function addressRange(text: string): Buffer {
  const range = parseCidr(text);
  if (range === null) throw new Error(`${JSON.stringify(text)} is no range of addresses`);
  const { version, first, last } = range;
  const all = version === 4 ? 0xffff_ffffn : (1n << 128n) - 1n;
  return der(0x87, octets(version, first), octets(version, all ^ (first ^ last)));
}

const octets = (version: 4 | 6, value: bigint): Buffer =>
  Buffer.from(value.toString(16).padStart(version === 4 ? 8 : 32, '0'), 'hex');

const leafExtensions = (names: readonly string[]): readonly Buffer[] => [
  critical(EXTENSION.basicConstraints, sequence()),
  critical(EXTENSION.keyUsage, DIGITAL_SIGNATURE),
  extension(EXTENSION.extendedKeyUsage, sequence(SERVER_AUTHENTICATION, CLIENT_AUTHENTICATION)),
  extension(EXTENSION.subjectAltName, sequence(...names.map(generalName))),
];

/** @throws when it is neither an address nor a host name. */
function generalName(name: string): Buffer {
  const ip = parseIp(name);
  return ip === null ? dnsName(name) : der(0x87, octets(ip.version, ip.value));
}

/** @throws when it is no host name. */
function dnsName(name: string): Buffer {
  if (!HOST_NAME.test(name)) throw new Error(`${JSON.stringify(name)} is neither a host name nor an address`);
  return der(0x82, Buffer.from(name, 'ascii'));
}

const distinguishedName = (name: string): Buffer => sequence(der(0x31, sequence(COMMON_NAME, utf8(name.slice(0, 64)))));
const extension = (id: Buffer, content: Buffer): Buffer => sequence(id, der(0x04, content));
const critical = (id: Buffer, content: Buffer): Buffer => sequence(id, TRUE, der(0x04, content));
/** Any value will do that tells one key from another (RFC 7093 §2). */
const keyId = (publicKey: Buffer): Buffer => createHash('sha256').update(publicKey).digest().subarray(0, 20);
