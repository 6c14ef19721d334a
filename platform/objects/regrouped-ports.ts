import type { InstanceBuild } from './instance-build.ts';

type Groups = InstanceBuild['securityGroups'];
type Ports = InstanceBuild['ports'];

/** The ports of an instance whose groups change: each gets what comes and loses what goes, and keeps the groups that only it has. */
export function regroupedPorts(ports: Ports, before: Groups, after: Groups): Ports {
  const has = (groups: Groups, id: string) => groups.some((one) => one.id === id);
  const come = after.filter(({ id }) => !has(before, id)).map(({ id }) => id);
  const gone = before.filter(({ id }) => !has(after, id)).map(({ id }) => id);
  return ports.map((port) => ({
    ...port,
    securityGroupIds: [...new Set([...port.securityGroupIds.filter((id) => !gone.includes(id)), ...come])],
  }));
}
