import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import { VolvoxError } from '../errors/volvox-error.ts';
import { type CellScope, hasRole, ownScope } from './cell-scope.ts';
import { identitiesIn, type TlsIdentity, type TlsRole } from './roles.ts';

interface Ends {
  /** Whether the caller has shown a certificate of our authorities. */
  readonly certified: boolean;
  readonly caller: readonly TlsIdentity[];
  /** What the caller must be of, when it must be of the cell of this process. */
  readonly ownScope: CellScope | null;
}

const ENDS_OF = new WeakMap<TLSSocket, Ends>();

interface AllowedCallers {
  readonly callers: readonly TlsRole[];
  /** Whether they must be of the cell of this process. */
  readonly sameCell: boolean;
}

/**
 * Lets a caller pass whose certificate has one of the roles. Without TLS there is no certificate, and the caller's key alone counts.
 * @throws VolvoxError forbidden.
 */
export function checkCallerRole(socket: Socket, allowed: () => AllowedCallers, what: string): void {
  if (!(socket instanceof TLSSocket)) return;
  const { callers, sameCell } = allowed();
  const { certified, caller, ownScope } = endsOf(socket);
  if (certified && hasRole(caller, callers, sameCell ? ownScope : null)) return;
  const known = caller.map(({ role, cell }) => (cell === null ? role : `${role} of ${cell}`)).join(', ') || 'no role';
  throw new VolvoxError('forbidden', `${what} is not for the certificate of this caller (${known}).`);
}

/** Whether the certificate of the caller has one of the roles, in whatever cell; false without TLS. */
export function callerHasRole(socket: Socket, allowed: readonly TlsRole[]): boolean {
  if (!(socket instanceof TLSSocket)) return false;
  const { certified, caller } = endsOf(socket);
  return certified && hasRole(caller, allowed, null);
}

/** Whether the caller has shown a certificate of our authorities. True without TLS, where nobody has one. */
export const hasCertificate = (socket: Socket): boolean => !(socket instanceof TLSSocket) || endsOf(socket).certified;

/** Read once for each connection. */
function endsOf(socket: TLSSocket): Ends {
  const known = ENDS_OF.get(socket);
  if (known !== undefined) return known;
  const own = socket.getCertificate() as Partial<PeerCertificate> | null;
  const peer = socket.getPeerCertificate() as Partial<PeerCertificate>;
  const ends = {
    // Node calls a session that was resumed in TLS 1.3 authorized, also when its peer never had a certificate.
    certified: socket.authorized && peer.raw !== undefined,
    caller: identitiesIn(peer.subjectaltname),
    ownScope: ownScope(identitiesIn(own?.subjectaltname)),
  };
  ENDS_OF.set(socket, ends);
  return ends;
}
