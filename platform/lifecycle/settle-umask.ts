/** What makes files: others may read what is made without a mode, and write nothing. */
const UMASK = 0o022;

/**
 * To be called first in a process. Files and folders get the modes that the code gives them, whatever the shell or the service manager has
 * set: with 000 others could write to folders and sockets, with 077 services that run as other users could not enter theirs.
 */
export function settleUmask(): void {
  process.umask(UMASK);
}
