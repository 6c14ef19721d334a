import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { parseIp } from '#platform/objects/ip-address.ts';
import { der, oid, pem, randomSerial, sequence, utf8, validityTime } from '#platform/tls/der.ts';

/** Who signs: an authority, or the certificate itself. */
interface Issuer {
  readonly name: string;
  /** EC, P-256. */
  readonly privateKey: KeyObject;
}

interface CertificateOptions {
  readonly issuer: Issuer;
  readonly subject: string;
  /** EC, P-256. */
  readonly subjectKey: KeyObject;
  /** Host names and addresses; empty: an authority. */
  readonly names: readonly string[];
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
  authorityKeyIdentifier: oid('551d23'),
  extendedKeyUsage: oid('551d25'),
} as const;
const SERVER_AUTHENTICATION = oid('2b06010505070301');
const CLIENT_AUTHENTICATION = oid('2b06010505070302');
/** Bit 0; bits 5 and 6 (RFC 5280 §4.2.1.3). The first octet counts the unused bits. */
const DIGITAL_SIGNATURE = der(0x03, Buffer.from([7, 0x80]));
const SIGN_CERTIFICATES_AND_LISTS = der(0x03, Buffer.from([1, 0x06]));

/**
 * A certificate of version 3, signed with ECDSA and SHA-256 (RFC 5280, RFC 5758); PEM. One of an authority signs certificates of processes
 * and no other authorities; one of a process is good for both ends of a connection.
 */
export function makeCertificate({ issuer, subject, subjectKey, names, from, until }: CertificateOptions): string {
  const publicKey = createPublicKey(subjectKey).export({ type: 'spki', format: 'der' });
  const issuerKey = createPublicKey(issuer.privateKey).export({ type: 'spki', format: 'der' });
  const common = [
    extension(EXTENSION.subjectKeyIdentifier, der(0x04, keyId(publicKey))),
    extension(EXTENSION.authorityKeyIdentifier, sequence(der(0x80, keyId(issuerKey)))),
  ];
  const extensions = sequence(...common, ...(names.length === 0 ? authorityExtensions() : leafExtensions(names)));
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

/** It signs certificates of processes; the path length 0 forbids authorities below it. */
const authorityExtensions = (): readonly Buffer[] => [
  critical(EXTENSION.basicConstraints, sequence(TRUE, der(0x02, Buffer.from([0])))),
  critical(EXTENSION.keyUsage, SIGN_CERTIFICATES_AND_LISTS),
];

const leafExtensions = (names: readonly string[]): readonly Buffer[] => [
  critical(EXTENSION.basicConstraints, sequence()),
  critical(EXTENSION.keyUsage, DIGITAL_SIGNATURE),
  extension(EXTENSION.extendedKeyUsage, sequence(SERVER_AUTHENTICATION, CLIENT_AUTHENTICATION)),
  extension(EXTENSION.subjectAltName, sequence(...names.map(generalName))),
];

/** @throws when it is neither an address nor a host name. */
function generalName(name: string): Buffer {
  const ip = parseIp(name);
  if (ip !== null) return der(0x87, Buffer.from(ip.value.toString(16).padStart(ip.version === 4 ? 8 : 32, '0'), 'hex'));
  if (!HOST_NAME.test(name)) throw new Error(`${JSON.stringify(name)} is neither a host name nor an address`);
  return der(0x82, Buffer.from(name, 'ascii'));
}

const distinguishedName = (name: string): Buffer => sequence(der(0x31, sequence(COMMON_NAME, utf8(name.slice(0, 64)))));
const extension = (id: Buffer, content: Buffer): Buffer => sequence(id, der(0x04, content));
const critical = (id: Buffer, content: Buffer): Buffer => sequence(id, TRUE, der(0x04, content));
/** Any value will do that tells one key from another (RFC 7093 §2). */
const keyId = (publicKey: Buffer): Buffer => createHash('sha256').update(publicKey).digest().subarray(0, 20);
