import type { RuleTable } from '../rule.ts';

/** The operations of servers that `/os-volumes_boot` has too, to 2.102; the route table makes them (`api/compute/volumes-boot`). */
const SHARED =
  /^(?:GET|POST|PUT|DELETE) \/servers(?:\/detail|\/\{id\}(?:\/action (?:confirmResize|revertResize|reboot|resize|rebuild|createImage|os-start|os-stop|trigger_crash_dump))?)?$/;

/** The rules, each with the other name of what it guards. */
export const withOtherName = <T extends RuleTable>(rules: T): T =>
  Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [
      name,
      {
        ...rule,
        operations: rule.operations.flatMap((operation) =>
          SHARED.test(operation) ? [operation, operation.replace('/servers', '/os-volumes_boot')] : [operation],
        ),
      },
    ]),
  ) as unknown as T;
