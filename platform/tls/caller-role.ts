import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { VolvoxError } from '../errors/volvox-error.ts';
import { rolesIn, type TlsRole } from './roles.ts';

const ROLES_OF = new WeakMap<TLSSocket, readonly TlsRole[]>();

/**
 * Lets a caller pass whose certificate has one of the roles. Without TLS there is no certificate, and the caller's key alone counts.
 * @throws VolvoxError forbidden.
 */
export function checkCallerRole(socket: Socket, allowed: () => readonly TlsRole[], what: string): void {
  if (!(socket instanceof TLSSocket) || callerHasRole(socket, allowed())) return;
  const known = rolesOf(socket).join(', ') || 'no role';
  throw new VolvoxError('forbidden', `${what} is not for the certificate of this caller (${known}).`);
}

/** Whether the certificate of the caller has one of the roles; false without TLS. */
export const callerHasRole = (socket: Socket, allowed: readonly TlsRole[]): boolean =>
  socket instanceof TLSSocket && rolesOf(socket).some((role) => allowed.includes(role));

/** Read once for each connection. */
function rolesOf(socket: TLSSocket): readonly TlsRole[] {
  const known = ROLES_OF.get(socket);
  if (known !== undefined) return known;
  const roles = rolesIn(socket.getPeerCertificate().subjectaltname);
  ROLES_OF.set(socket, roles);
  return roles;
}
