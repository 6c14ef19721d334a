import { HttpFault } from '../http/http-fault.ts';
import type { RequestHeaders } from '../http/microversion.ts';
import { invalidInput } from './policy.ts';

/** Refuses a record that has another revision than the request names. */
type RevisionCheck = (record: { readonly revision: number }) => void;

/**
 * Reads `If-Match: revision_number=3`. The check belongs into the transaction that writes, behind the lock on the record: then nobody
 * changes the record between the check and the write. Without the header, and for `*`, every revision passes.
 * @throws VolvoxError invalid for another form of the header; the check throws HttpFault 412.
 */
export function requiredRevision({ 'if-match': header }: RequestHeaders): RevisionCheck {
  if (header === undefined || header === '*') return () => undefined;
  const [, digits] = /^"?revision_number=(\d{1,15})"?$/.exec(String(header).trim()) ?? [];
  if (digits === undefined) {
    throw invalidInput(
      `Invalid input for the header If-Match: '${String(header).slice(0, 200)}' is not of the form revision_number=NUMBER.`,
    );
  }
  const expected = Number(digits);
  return ({ revision }) => {
    if (revision === expected) return;
    throw new HttpFault(412, `Constrained to ${expected}, but current revision is ${revision}`);
  };
}
