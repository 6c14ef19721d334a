import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { makeCertificate } from '#platform/tls/certificate.ts';
import { newCertificateKey } from '#platform/tls/certificate-request.ts';
import { type CertificateIssuer, EARLIER_MS, issueLeaf, issuerOf, LOOPBACK_NAMES } from '#platform/tls/issuer.ts';
import { isCellRole, roleName, type TlsRole } from '#platform/tls/roles.ts';
import { readIfThere, writePrivate } from '../local/private-file.ts';

const AUTHORITY_DAYS = 3_650;
const LEAF_DAYS = 30;
const DAY_MS = 86_400_000;

/** What a certificate is for. */
export interface LeafRequest {
  /** One; several for parts that share a process (`volvox run api scheduler`). */
  readonly roles: readonly [TlsRole, ...TlsRole[]];
  /** The cells of a conductor or an agent. Empty: the roles name no cell, as those of releases before. */
  readonly cells?: readonly string[];
  /** Whether the roles of a cell are named without it, too, for peers of releases before. */
  readonly alsoUnnamed?: boolean;
  /** Host names and addresses of the process, besides those of loopback. */
  readonly hosts: readonly string[];
  /** How long it is good, days. */
  readonly days?: number;
}

/** PEM. */
interface Leaf {
  readonly cert: string;
  readonly key: string;
}

/** The small authority of a region: it signs the certificates of its processes and databases. Its key stays in its folder (mode 0600). */
export interface Authority {
  /** Its certificate, PEM: what `tls.caFile` holds. */
  readonly cert: string;
  /** What it signs with. */
  readonly issuer: CertificateIssuer;
  /** A new key with a certificate for the role, the hosts and loopback. */
  issue(request: LeafRequest): Leaf;
}

/** Opens the authority that the folder holds. @returns null when there is none. @throws when its files cannot be used. */
export function openAuthority(folder: string): Authority | null {
  const key = readIfThere(keyPath(folder));
  const cert = readIfThere(certPath(folder));
  if (key === null || cert === null) return null;
  const issuer = issuerOf(cert, key, folder);
  return { cert, issuer, issue: (request) => issue(issuer, request) };
}

/**
 * Opens the authority of the folder, or makes one. An interrupted making leaves no certificate, and is done again. An authority of a
 * release before, which may have no authorities of cells below it, gets a new certificate for its key: what it signed stays valid.
 */
export function openOrCreateAuthority(folder: string, name: string): Authority {
  const there = openAuthority(folder);
  if (there === null) {
    const { privateKey, pem } = newCertificateKey();
    writePrivate(keyPath(folder), pem);
    writePrivate(certPath(folder), rootCertificate(name, privateKey));
  } else if (allowsNoneBelow(there)) {
    writePrivate(certPath(folder), rootCertificate(there.issuer.name, there.issuer.privateKey));
  } else return there;
  return openOrCreateAuthority(folder, name);
}

function rootCertificate(name: string, privateKey: KeyObject): string {
  const now = Date.now();
  return makeCertificate({
    issuer: { name, privateKey },
    ...{ subject: name, subjectKey: privateKey, purpose: { pathLength: 1, permitted: null } },
    ...{ from: now - EARLIER_MS, until: now + AUTHORITY_DAYS * DAY_MS },
  });
}

/** Basic constraints of an authority with the path length 0, in DER. */
const NONE_BELOW = Buffer.from('30060101ff020100', 'hex');
const allowsNoneBelow = ({ cert }: Authority): boolean => derOf(cert).includes(NONE_BELOW);
const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]*-----|\s/g, ''), 'base64');

/** What the certificate names: its roles, its hosts, and loopback. */
export function namesOf({ roles, cells = [], alsoUnnamed = false, hosts }: LeafRequest): readonly string[] {
  const roleNames = roles.flatMap((role) => {
    if (!isCellRole(role) || cells.length === 0) return [roleName(role)];
    const named = cells.map((cell) => roleName(role, cell));
    return alsoUnnamed ? [...named, roleName(role)] : named;
  });
  return [...new Set([...roleNames, ...hosts.map((host) => host.toLowerCase()), ...LOOPBACK_NAMES])];
}

function issue(issuer: CertificateIssuer, request: LeafRequest): Leaf {
  const { privateKey, pem } = newCertificateKey();
  const { roles, days = LEAF_DAYS } = request;
  const cert = issueLeaf(issuer, privateKey, { subject: roleName(roles[0]), names: namesOf(request), days });
  return { cert, key: pem };
}

const keyPath = (folder: string): string => join(folder, 'ca-key.pem');
const certPath = (folder: string): string => join(folder, 'ca.pem');
