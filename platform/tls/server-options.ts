import type { Server } from 'node:tls';
import { contextOf, type TlsSource } from './material.ts';

/** How long a peer may take for the handshake, ms: until then it has shown no certificate, and holds a connection. */
const HANDSHAKE_MS = 10_000;

/**
 * Options of an HTTPS server that takes only peers with a certificate of our authorities.
 * @param rejectUnauthorized false: others connect, and the server has to refuse their requests (`hasCertificate`).
 */
export function mutualTlsOptions({ current }: TlsSource, rejectUnauthorized = true) {
  return { ...contextOf(current), handshakeTimeout: HANDSHAKE_MS, requestCert: true, rejectUnauthorized } as const;
}

/** Options of an HTTPS server for everybody. */
export const serverTlsOptions = ({ current }: TlsSource) => ({ ...contextOf(current), handshakeTimeout: HANDSHAKE_MS });

/** Gives the server the files of now whenever they change; open connections stay. Returns how to end it. */
export const keepServerRenewed = (server: Pick<Server, 'setSecureContext'>, files: TlsSource): (() => void) =>
  files.onChange(() => server.setSecureContext(contextOf(files.current)));
