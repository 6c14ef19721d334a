import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { messageOf } from '#platform/errors/volvox-error.ts';

/** Lets this process believe servers with certificates of these authorities, besides those of public ones. @throws naming the file. */
export function believe(caFile: string): void {
  try {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
  } catch (cause) {
    throw new Error(`cacert ${caFile}: ${messageOf(cause)}`, { cause });
  }
}
