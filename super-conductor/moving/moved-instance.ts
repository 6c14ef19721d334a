import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import type { PortsOfServer } from '#platform/directory/stores/server-networks.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { StepRefused } from '#platform/operations/definition.ts';

/** What a host name can be made of; a target writes it into files of its hosts. */
const HOSTNAME = /^[\p{L}\p{N}_.-]{1,255}$/u;

/**
 * The instance that a move brings to the target, of what its source cell says. A source in the wrong hands decides over nothing of others: the
 * directory says whose the instance is, which ports, networks and groups it may have, and from which image it was made. Its groups change
 * there first, and not while it moves (`server-security-groups.ts`). Ports are attached and detached while it lives: the source says which of
 * the ports that are the server's are plugged, because one may be on its way in or out; the target plugs the same. What the directory does
 * not give the server stays behind. The rest does not change while it lives. It may not be larger than what its project's quota counts for it.
 * @param epoch at which it is at home in the source.
 * @param own the ports that the directory gives the server now.
 * @throws StepRefused, naming what the source says against the directory.
 */
export function movedInstance(said: Instance, home: HomeWithBuild, epoch: number, own: PortsOfServer): Instance {
  const { uuid, projectId, userId, vcpus, ramMb, build } = home;
  const refuse = (what: string): never => {
    throw new StepRefused(`The source cell says of server ${uuid} what the directory contradicts: ${what}.`);
  };
  if (said.uuid !== uuid) refuse(`it is server ${said.uuid}`);
  if (said.projectId !== projectId || said.userId !== userId) refuse(`it is of project ${said.projectId}`);
  if (said.epoch !== epoch) refuse(`it is there at epoch ${said.epoch}, not ${epoch}`);
  for (const flavor of [said.flavor, said.oldFlavor ?? said.flavor]) {
    if (flavor.vcpus > vcpus || flavor.ramMb > ramMb) refuse(`it has ${flavor.vcpus} vCPUs and ${flavor.ramMb} MiB`);
  }
  if (!HOSTNAME.test(said.hostname)) refuse('its host name is none');
  const { image, serverGroup, securityGroups } = build;
  return { ...said, ...pluggedPorts(said, build, own), image, serverGroup, securityGroups };
}

/** Ports and networks as the build has them, and those that came later as the directory has them now. */
function pluggedPorts(
  said: Instance,
  build: HomeWithBuild['build'],
  own: PortsOfServer,
): Pick<Instance, 'ports' | 'networks'> {
  const ports = said.ports.flatMap(({ id, tag }) => {
    const port = own.ports.find((one) => one.id === id);
    return port === undefined ? [] : [build.ports.find((one) => one.id === id) ?? { ...port, tag }];
  });
  const used = [...new Set(ports.map(({ networkId }) => networkId))];
  const networks = used.flatMap((id) => [...build.networks, ...own.networks].find((one) => one.id === id) ?? []);
  return { ports, networks };
}
