import { issueCallToken } from '#platform/rpc/call-token.ts';
import { issueDiskTicket, type TicketedGuest } from '#platform/rpc/disk-ticket.ts';
import { newSigningKeyPair, type Sign, sharedSigner, signerOf } from '#platform/rpc/signing.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../../database/cell-database.ts';
import { takeEnrolmentLock } from '../../database/stores/enrolments.ts';
import { addSigningKey, removeSigningKeys, type SigningKey, signingKeys } from '../../database/stores/signing-keys.ts';
import type { KnownKeys } from './agent-keys.ts';
import { isFresh } from './fresh.ts';
import { whichGo, whichSigns } from './which-key-signs.ts';

/** How long what was read from the database counts, ms. */
const FRESH_MS = 5_000;

interface SigningKeysOptions {
  readonly database: CellDatabase;
  readonly agents: KnownKeys;
  /** The key that agents without a key of their own share; empty: there is none. */
  readonly sharedKey: string;
  readonly clock: Clock;
}

/**
 * What the conductors of a cell sign, with a private key that lies in the cell's database. Agents have the public keys only, so they can check
 * a signature and cannot make one. An agent that never had a key of its own may be of a release that knows no public keys: for it the shared
 * key signs. An agent whose keys were revoked gets nothing that has to do with the shared key.
 */
export class SigningKeys {
  readonly #options: SigningKeysOptions;
  #known: { readonly at: number; readonly keys: Promise<readonly SigningKey[]> } | undefined;
  readonly #signers = new Map<string, Sign>();

  constructor(options: SigningKeysOptions) {
    this.#options = options;
  }

  /** The newest first. */
  async publicKeys(): Promise<string[]> {
    return (await this.#keys()).map(({ publicKey }) => publicKey);
  }

  /** A new ticket for the disks of a guest on a host of this compute agent. */
  async diskTicket(guest: TicketedGuest, agentId: string | null): Promise<string> {
    const { sharedKey, clock } = this.#options;
    const sign = (await this.#isOlder(agentId)) ? sharedSigner(sharedKey) : await this.#signer();
    return issueDiskTicket(sign, guest, clock.now());
  }

  /** The credential with which the conductor calls this compute agent. */
  async callCredential(agentId: string): Promise<string> {
    const { sharedKey, clock } = this.#options;
    return (await this.#isOlder(agentId)) ? sharedKey : issueCallToken(await this.#signer(), agentId, clock.now());
  }

  /** Makes a new key. It signs after a minute; the one that signs until then stays valid until the next change after that. */
  async rotate(): Promise<void> {
    const { database, clock } = this.#options;
    await this.#keys();
    await database.transaction(async (tx) => {
      await takeEnrolmentLock(tx);
      const now = clock.now();
      const gone = whichGo(await signingKeys(tx), now);
      await removeSigningKeys(
        tx,
        gone.map(({ id }) => id),
      );
      await addSigningKey(tx, newSigningKeyPair(), now);
    });
    this.#known = undefined;
  }

  async #isOlder(agentId: string | null): Promise<boolean> {
    const { agents, sharedKey } = this.#options;
    return sharedKey !== '' && (agentId === null || (await agents.of(agentId)).enrolledAs === null);
  }

  async #signer(): Promise<Sign> {
    const key = whichSigns(await this.#keys(), this.#options.clock.now());
    if (key === undefined) throw new Error('the cell has no key to sign with');
    const known = this.#signers.get(key.id);
    if (known !== undefined) return known;
    const signer = signerOf(key.privateKey);
    this.#signers.set(key.id, signer);
    return signer;
  }

  #keys(): Promise<readonly SigningKey[]> {
    const now = this.#options.clock.now();
    if (this.#known !== undefined && isFresh(this.#known.at, FRESH_MS, now)) return this.#known.keys;
    const keys = this.#read();
    this.#known = { at: now, keys };
    keys.catch(() => {
      this.#known = undefined;
    });
    return keys;
  }

  /** The keys of the cell. The first conductor that asks makes one. */
  async #read(): Promise<readonly SigningKey[]> {
    const { database, clock } = this.#options;
    const known = await signingKeys(database.read);
    if (known.length > 0) return known;
    await database.transaction(async (tx) => {
      await takeEnrolmentLock(tx);
      if ((await signingKeys(tx)).length === 0) await addSigningKey(tx, newSigningKeyPair(), clock.now());
    });
    return signingKeys(database.read);
  }
}
