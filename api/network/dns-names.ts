import { notDnsName } from '#platform/objects/dns-name.ts';
import { invalidInput } from './policy.ts';

/** A name, as Neutron takes it: relative, or empty. @throws VolvoxError invalid */
export function readDnsName(text: string): string {
  const why = text === '' ? null : notDnsName(text);
  if (why === null) return text;
  throw invalidInput(
    `Invalid input for dns_name. Reason: '${text}' is not a valid name: ${why}. Expected: a name without its domain.`,
  );
}

/** A domain with the dot at its end, or empty. @throws VolvoxError invalid */
export function readDnsDomain(text: string): string {
  if (text === '') return text;
  const why = text.endsWith('.') ? notDnsName(text.slice(0, -1)) : 'it does not end with a dot';
  if (why === null) return text;
  throw invalidInput(
    `Invalid input for dns_domain. Reason: '${text}' is not a FQDN: ${why}. Expected: a domain that ends with a dot, such as 'example.org.'.`,
  );
}
