import { type Static, Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { Network, Port } from '#platform/objects/network.ts';
import { networkNeedsOf, notOffered } from '#platform/objects/network-needs.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { ATTACH_INTERFACE_RULE } from '#platform/states/interface-rules.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { setDesired, specOf } from '../../database/stores/guests.ts';
import { offersOn } from '../../database/stores/hosts.ts';
import { portWrites } from '../../database/stores/instances.ts';
import { insertBindings } from '../../database/stores/port-bindings.ts';
import { type AttachInterfaceParams, attachInterface as operation } from '../operations/attach-interface.ts';
import { bindingsOfPort, nicOf } from '../operations/guests.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

/** The port as its server gets it, on this network. */
const Params = Type.Object({ port: Port, network: Network });

const withPort = (build: InstanceBuild, port: Port, network: Network): InstanceBuild => ({
  ...build,
  ports: [...build.ports.filter(({ id }) => id !== port.id), port],
  networks: [...build.networks.filter(({ id }) => id !== network.id), network],
});

/** Plugs a port into a server: its network agent makes the port, then its guest gets the network card, also while it runs. */
export const attachInterface = serverAction({
  kind: 'attachInterface',
  since: '0.1.0',
  params: Params,
  rule: () => ATTACH_INTERFACE_RULE,
  operation,
  log: { action: 'attach_interface', events: { plug: 'compute_attach_interface' } },
  writes: ({ port, network }, instance) => portWrites(withPort(loadedBuild(instance), port, network)),
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const { port, network } = params;
    const guest = currentGuest(beginning, 'attach_interface');
    const spec = await specOf(tx, guest.id);
    if (spec.nics.some(({ portId }) => portId === port.id)) {
      throw new VolvoxError('conflict', `Port ${port.id} is attached to instance ${instance.uuid} already.`);
    }
    await requireOffers(tx, guest.hostId, { port, network });
    await insertBindings(
      tx,
      bindingsOfPort(
        loadedBuild(instance),
        { port, network },
        { guestId: guest.id, hostId: guest.hostId, epoch: guest.epoch },
      ),
      now,
    );
    const nics = [...spec.nics, nicOf({ port, network })];
    await setDesired(tx, guest.id, { power: guest.power, spec: { ...spec, nics } }, now);
    const made: AttachInterfaceParams = { guestId: guest.id, portId: port.id };
    return { params: made, wake: [], hosts: [] };
  },
});

/** @throws VolvoxError conflict when the host of the guest does not offer what the port needs. */
async function requireOffers(tx: CellTx, hostId: string, { port, network }: Static<typeof Params>): Promise<void> {
  const host = await offersOn(tx, hostId);
  const missing = host === null ? null : notOffered(host.offers, networkNeedsOf([network], [port]));
  if (missing === null) return;
  throw new VolvoxError(
    'conflict',
    `Port ${port.id} of network ${network.id} cannot be attached here: host ${host?.name} ${missing}.`,
  );
}
