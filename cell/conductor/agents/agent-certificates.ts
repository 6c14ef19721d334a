import { readFileSync } from 'node:fs';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type CertificateRequest, requestedKey } from '#platform/tls/certificate-request.ts';
import { type CertificateIssuer, issueLeaf, issuerOf, LOOPBACK_NAMES } from '#platform/tls/issuer.ts';
import { type CellTrust, fingerprintOf } from '#platform/tls/pinned-authorities.ts';
import { cellLabel, roleName } from '#platform/tls/roles.ts';
import type { Transport } from '#platform/tls/transport.ts';

interface AgentCertificatesOptions {
  /** One PEM file with the certificate and the key of the cell's authority; empty: the cell issues no certificates. */
  readonly issuerKeyFile: string;
  readonly certificateDays: number;
  readonly cellName: string;
  readonly transport: Transport;
  readonly log: Logger;
}

interface Requested extends CertificateRequest {
  readonly agentId: string;
  readonly kind: 'compute' | 'network';
  /** Addresses under which others reach the agent, besides those of loopback. */
  readonly addresses: readonly string[];
}

/** PEM. */
interface IssuedCertificate {
  /** The certificate of the agent, and that of the cell's authority after it. */
  readonly certificate: string;
  readonly authorities: string;
}

/**
 * The certificates of the cell's agents, signed by the cell's own authority. The file is read for each, so it may be replaced while the
 * process runs.
 */
export class AgentCertificates {
  readonly #options: AgentCertificatesOptions;

  /** @throws VolvoxError invalid, naming the option, when the file cannot be used or hosts would not believe this conductor. */
  constructor(options: AgentCertificatesOptions) {
    this.#options = options;
    const { cellName, transport, issuerKeyFile, log } = options;
    const own = transport.files?.current.identities ?? [];
    const cells = own.flatMap(({ cell }) => cell ?? []);
    if (transport.files !== null && cells.length === 0) {
      log.warn(
        `tls.certFile does not name the cell of this conductor: agents of every cell are let in with their keys. Give it a certificate of ${roleName('conductor', cellName)}`,
      );
    } else if (cells.length > 0 && !cells.includes(cellLabel(cellName))) {
      throw new VolvoxError(
        'invalid',
        `tls.certFile: it is of the cell ${cells.join(', ')}, and conductor.cellName is ${cellName}.`,
      );
    }
    if (issuerKeyFile === '') return;
    if (transport.files === null)
      throw new VolvoxError('invalid', 'conductor.issuerKeyFile: without tls.certFile no host can join.');
    this.#issuer();
  }

  /** Null: this cell issues no certificates, and no caller without one gets in. */
  get trust(): CellTrust | null {
    const { issuerKeyFile, cellName, transport } = this.#options;
    const authorities = transport.files?.current.ca;
    return issuerKeyFile === '' || authorities === undefined ? null : { cell: cellName, authorities };
  }

  /** What a token for this cell carries; null as `trust`. */
  get fingerprint(): string | null {
    const { trust } = this;
    return trust === null ? null : fingerprintOf(trust.cell, trust.authorities);
  }

  /** @throws VolvoxError unsupported: this cell issues none; invalid: the request is wrong. */
  issue({ agentId, kind, publicKey, proof, addresses }: Requested): IssuedCertificate {
    const { trust } = this;
    const { certificateDays: days } = this.#options;
    if (trust === null) {
      throw new VolvoxError('unsupported', 'This cell issues no certificates (conductor.issuerKeyFile is not set).');
    }
    const issuer = this.#issuer();
    const subject = roleName(kind, trust.cell);
    const names = [...new Set([subject, ...addresses, ...LOOPBACK_NAMES])];
    const leaf = issueLeaf(issuer, requestedKey({ publicKey, proof }, agentId), { subject, names, days });
    return { certificate: `${leaf}${issuer.cert}`, authorities: trust.authorities };
  }

  #issuer(): CertificateIssuer {
    const { issuerKeyFile } = this.#options;
    try {
      const pem = readFileSync(issuerKeyFile, 'utf8');
      return issuerOf(pem, pem, issuerKeyFile);
    } catch (error) {
      throw new VolvoxError('invalid', `conductor.issuerKeyFile: ${issuerKeyFile}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}
