import { cellLabel, type TlsIdentity, type TlsRole } from './roles.ts';

/** The cells of which a peer may be. */
export interface CellScope {
  /** Labels (`cellLabel`). */
  readonly cells: readonly string[];
  /** Whether a certificate is accepted whose role names no cell, as certificates of releases before did. */
  readonly orUnnamed: boolean;
}

/** This cell. */
export const scopeOfCell = (cell: string, orUnnamed: boolean): CellScope => ({ cells: [cellLabel(cell)], orUnnamed });

/**
 * The scope of a process that speaks to its own cell only, by its own certificate: it is as strict as that is. With the name of a cell
 * alone it accepts that cell and nothing else. With a role that names no cell besides (while a cell changes from one form to the other), it
 * accepts this form, too. Null: its certificate names no cell, so it accepts all.
 */
export function ownScope(own: readonly TlsIdentity[]): CellScope | null {
  const cells = own.flatMap(({ cell }) => cell ?? []);
  return cells.length === 0 ? null : { cells, orUnnamed: own.some(({ cell }) => cell === null) };
}

/** Whether a peer that is this may act in one of the roles. @param scope null: of whatever cell. */
export const hasRole = (
  identities: readonly TlsIdentity[],
  roles: readonly TlsRole[],
  scope: CellScope | null,
): boolean =>
  identities.some(
    ({ role, cell }) =>
      roles.includes(role) && (scope === null || (cell === null ? scope.orUnnamed : scope.cells.includes(cell))),
  );
