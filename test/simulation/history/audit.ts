import type { World } from '../region/world.ts';
import { auditCell } from './audit-cell.ts';
import { auditDirectory } from './audit-directory.ts';
import { auditHosts } from './audit-hosts.ts';
import { auditOperations } from './audit-operations.ts';
import { auditPorts } from './audit-ports.ts';
import { auditRebuilds } from './audit-rebuilds.ts';
import { brokenLaws } from './operation-laws.ts';
import type { Asked } from './user.ts';

/** Reads all books at the end of a history. @returns what does not fit, each as a sentence. */
export function audit(world: World, asked: readonly Asked[]): string[] {
  return [
    ...auditDirectory(world, asked),
    ...world.cells.flatMap((cell) => auditCell(world, cell)),
    ...auditHosts(world),
    ...auditPorts(world),
    ...auditRebuilds(world),
    ...[world.directory, ...world.cells.map(({ sql }) => sql)].flatMap((sql) => [
      ...auditOperations(sql),
      ...brokenLaws(sql),
    ]),
  ];
}
