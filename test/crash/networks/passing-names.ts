import { tapName } from '#platform/objects/network.ts';
import { linkLocal } from '../../../cell/network/addresses.ts';
import { asReceiver, asSender } from '../../../cell/network/drivers/linux/group-marks.ts';
import { fingerprint, routerPart } from '../../../cell/network/names.ts';
import type { ApiClient } from '../../../deploy/client/api-client.ts';
import { listServers } from '../../support/many-servers.ts';
import { send } from './network-calls.ts';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly device_id: string;
  readonly mac_address: string;
}

/** Of a port's index on a host (`cell/network/desired-groups.ts`). */
const MAX_INDEX = 0x7ffe;

/**
 * What comes and goes has another id each time: names for all that follows from the ids of routers, and of the ports of servers that are called
 * `…-passing`, so that two readings can be compared.
 */
export async function passingNames(admin: ApiClient): Promise<ReadonlyMap<string, string>> {
  const list = async (collection: string): Promise<readonly Listed[]> => {
    const answer = (await send(admin, { operation: `GET /v2.0/${collection}` })) as unknown as Record<string, Listed[]>;
    return answer[collection] ?? [];
  };
  const passing = new Map(
    [...(await listServers(admin)).values()]
      .filter(({ name }) => name.endsWith('-passing'))
      .map((one) => [one.id, one]),
  );
  const words = new Map<string, string>();
  for (const { id, name } of await list('routers')) words.set(routerPart(id), `<router ${name}>`);
  for (const { id, name, device_id: device, mac_address: mac } of await list('ports')) {
    const server = passing.get(device);
    if (server === undefined && !name.endsWith('-passing')) continue;
    const word = server?.name ?? name;
    const tap = tapName(id);
    const index = 1 + (Number.parseInt(fingerprint(tap).slice(0, 8), 16) % MAX_INDEX);
    words.set(tap, `<tap ${word}>`);
    words.set(mac, `<mac ${word}>`);
    words.set(linkLocal(mac), `<link-local ${word}>`);
    words.set(interfaceOf(mac), `<interface ${word}>`);
    words.set(mac.replaceAll(':', ''), `<mac ${word}>`);
    words.set(asSender(index), `<sender ${word}>`);
    words.set(asReceiver(index), `<receiver ${word}>`);
    words.set(`0xffff${index.toString(16).padStart(4, '0')}`, `<mask ${word}>`);
  }
  return words;
}

/** The lower half of its link-local address, as nft shows it in a field that it has no name for (RFC 4291, appendix A). */
function interfaceOf(mac: string): string {
  const digits = mac.replaceAll(':', '');
  const first = (Number.parseInt(digits.slice(0, 2), 16) ^ 2).toString(16).padStart(2, '0');
  return `${first}${digits.slice(2, 6)}fffe${digits.slice(6)}`;
}
