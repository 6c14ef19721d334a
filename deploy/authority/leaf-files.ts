import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import type { TlsPaths } from '#platform/tls/material.ts';
import { readIfThere, writePrivate } from '../local/private-file.ts';
import { type Authority, type LeafRequest, namesOf } from './authority.ts';

/** A certificate is renewed when less than this part of its time is left. */
const RENEW_AT = 1 / 3;

/** The files of a process in its folder, as the section `tls` names them. */
export const leafPaths = (folder: string): Required<TlsPaths> => ({
  certFile: join(folder, 'cert.pem'),
  keyFile: join(folder, 'key.pem'),
  caFile: join(folder, 'ca.pem'),
});

/**
 * Sees to it that the folder holds a key and a certificate of this authority for the request, good for a while. Files that are missing, do not
 * fit together, name something else or end soon are written anew.
 * @returns whether anything was written.
 */
export function keepLeaf(folder: string, authority: Authority, request: LeafRequest): boolean {
  const paths = leafPaths(folder);
  if (readIfThere(paths.caFile) === authority.cert && isGood(paths, authority, request, Date.now())) return false;
  writeLeaf(folder, authority, request);
  return true;
}

/** Writes a new key and certificate, each whole or not at all. Who reads them in between sees that they do not fit together, and waits. */
export function writeLeaf(folder: string, authority: Authority, request: LeafRequest): void {
  const paths = leafPaths(folder);
  const { cert, key } = authority.issue(request);
  writePrivate(paths.caFile, authority.cert);
  writePrivate(paths.keyFile, key);
  writePrivate(paths.certFile, cert);
}

function isGood({ certFile, keyFile }: TlsPaths, authority: Authority, request: LeafRequest, now: number): boolean {
  const cert = readIfThere(certFile);
  const key = readIfThere(keyFile);
  if (cert === null || key === null) return false;
  try {
    const certificate = new X509Certificate(cert);
    const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    return (
      until - now > (until - from) * RENEW_AT &&
      namesIn(certificate) === [...namesOf(request)].map(comparable).sort().join(' ') &&
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      certificate.verify(new X509Certificate(authority.cert).publicKey)
    );
  } catch {
    // Not a certificate, or not a key: written anew.
    return false;
  }
}

/** The alternative names of the certificate, sorted. */
const namesIn = ({ subjectAltName = '' }: X509Certificate): string =>
  subjectAltName
    .split(', ')
    .map((name) => comparable(name.replace(/^(DNS|IP Address):/, '')))
    .sort()
    .join(' ');

/** One form for each address: OpenSSL writes IPv6 in its own way. */
const comparable = (name: string): string => canonicalIp(name) ?? name;
