import { doorOf } from '../region/super-conductor.ts';
import type { World } from '../region/world.ts';

/**
 * What lasts for a while: a cell that cannot be reached from outside, a database that is away, a host that starts no guest. And guests that
 * shut themselves down.
 */
export function bringTrouble({ kernel, network, cells, directory, hosts, tell }: World, stormMs: number): void {
  const { random } = kernel;
  const perhaps = (chance: number, what: string, begin: () => void, end: () => void): void => {
    if (!random.chance(chance)) return;
    const at = random.next() * stormMs;
    const over = Math.min(stormMs, at + random.between(500, 15_000));
    kernel.plan(at, null, () => {
      tell(what);
      begin();
    });
    kernel.plan(over, null, end);
  };
  for (let stops = random.chance(0.4) ? random.between(1, 3) : 0; stops > 0; stops--) {
    kernel.plan(random.next() * stormMs, null, () => {
      const running = [...hosts.guests.values()].filter(({ power }) => power === 'running');
      if (running.length === 0) return;
      const { guestId } = random.pick(running).desired;
      tell(`guest ${guestId} shuts itself down`);
      hosts.stopByItself(guestId);
    });
  }
  for (const { name, hostNames } of cells) {
    const address = doorOf(name);
    perhaps(
      0.25,
      `${name} is cut off`,
      () => network.cut(address),
      () => network.mend(address),
    );
    for (const host of hostNames) {
      perhaps(
        0.15,
        `${host} starts no guest`,
        () => hosts.refusing.add(host),
        () => hosts.refusing.delete(host),
      );
    }
  }
  for (const sql of [directory, ...cells.map((cell) => cell.sql)]) {
    perhaps(
      0.12,
      `the database of ${sql.name} is away`,
      () => {
        sql.away = true;
      },
      () => {
        sql.away = false;
      },
    );
  }
}
