import type { Sightings } from '#platform/audit/sightings.ts';
import type { schedulerContract } from '#platform/contracts/scheduler.ts';
import type { Directory } from '#platform/directory/directory.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Waker } from '#platform/queue/waker.ts';
import type { Client } from '#platform/rpc/client.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { Budgets } from './budgets/budgets.ts';
import type { Caches } from './caches.ts';
import type { AdminPasswords } from './compute/servers/create/admin-passwords.ts';
import type { ApiConfig } from './config.ts';
import type { ConsolesConfig } from './consoles/config.ts';
import type { CellDoors } from './cross-cell/cell-doors.ts';
import type { PolicySource } from './http/authenticate.ts';
import type { CountKeyed } from './http/idempotency/key-metrics.ts';
import type { Passwords } from './identity/passwords/passwords.ts';
import type { TokenAuthority } from './identity/tokens/token-authority.ts';
import type { ImageTickets } from './image/image-tickets.ts';
import type { ImageStore } from './image/store/image-store.ts';

/** The dependencies of all routes; each route picks what it needs. Created in service.ts and by tests. */
export interface ApiDeps {
  readonly directory: Directory;
  readonly config: ApiConfig;
  readonly consoles: ConsolesConfig;
  readonly log: Logger;
  readonly clock: Clock;
  /** Tells other processes of the global tier of something (platform/contracts/global-rings.ts); absent: they look for it. */
  readonly tellOthers?: (topic: string) => void;
  /** Of the global Redis. */
  readonly waker: Pick<Waker, 'wake'>;
  readonly scheduler: Client<typeof schedulerContract>;
  readonly cells: CellDoors;
  readonly tokens: TokenAuthority;
  /** The policies in force; those of the table when absent. */
  readonly policies?: PolicySource;
  /** Counts requests with an `Idempotency-Key`. */
  readonly countKeyed?: CountKeyed;
  readonly imageStore: ImageStore;
  readonly imageTickets: ImageTickets;
  /** For hosts that upload what they have saved. */
  readonly uploadTickets: ImageTickets;
  readonly adminPasswords: AdminPasswords;
  readonly caches: Caches;
  /** What this process sees go wrong becomes a finding. */
  readonly sightings: Pick<Sightings, 'note'>;
  readonly budgets: Budgets;
  readonly passwords: Passwords;
}
