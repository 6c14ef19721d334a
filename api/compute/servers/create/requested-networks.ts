import type { RequestedNetworks } from '#platform/directory/stores/server-networks.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CreateServerBody, NetworkEntry } from './schema.ts';

/** What `networks` of a create request asks for. @throws VolvoxError invalid */
export function requestedNetworks(networks: CreateServerBody['server']['networks'], many: boolean): RequestedNetworks {
  if (networks === undefined) return 'default';
  if (networks === 'auto' || networks === 'none') return networks;
  if (networks.length === 0) return 'default';
  const ports = networks.flatMap((entry) => entry.port ?? []);
  if (many && ports.length > 0) {
    throw invalid(
      'Unable to launch multiple instances with a single configured port ID. Please launch your instance one by one with different ports.',
    );
  }
  if (many && networks.some((entry) => entry.fixed_ip !== undefined)) {
    throw invalid(
      'max_count cannot be greater than 1 if an fixed_ip is specified. Create the servers one by one, or leave out networks[].fixed_ip.',
    );
  }
  const doubled = ports.find((port, index) => ports.indexOf(port) !== index);
  if (doubled !== undefined) throw invalid(`Port ID(s) ${doubled} is duplicated. Each port may be in networks once.`);
  return networks.map(one);
}

function one({ uuid, port, fixed_ip: fixedIp, tag }: NetworkEntry) {
  if (typeof port === 'string' && fixedIp !== undefined) {
    throw invalid(
      `Specified Fixed IP '${fixedIp}' cannot be used with port '${port}': the two cannot be specified together.`,
    );
  }
  if (typeof port !== 'string' && uuid === undefined) {
    throw invalid(
      'Bad networks format: network uuid is not in proper format (None). Each member of networks needs uuid or port.',
    );
  }
  return { networkId: uuid ?? null, portId: port ?? null, fixedIp: fixedIp ?? null, tag: tag ?? null };
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
