import { issueCallToken } from '#platform/rpc/call-token.ts';
import { issueDiskTicket, type TicketedGuest } from '#platform/rpc/disk-ticket.ts';
import { newSigningKeyPair, type Sign, sharedSigner, signerOf } from '#platform/rpc/signing.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../../database/cell-database.ts';
import { addSigningKey, ensureSigningKeys, type SigningKey } from '../../database/stores/signing-keys.ts';
import type { KnownKeys } from './agent-keys.ts';

/** How long what was read from the database counts, ms. */
const FRESH_MS = 5_000;
/** A key signs only after every agent has had the time to learn it from a heartbeat, ms. */
const PUBLISHED_MS = 60_000;

interface SigningKeysOptions {
  readonly database: CellDatabase;
  readonly agents: KnownKeys;
  /** The key that agents without a key of their own share; empty: there is none. */
  readonly sharedKey: string;
  readonly clock: Clock;
}

/**
 * What the conductors of a cell sign, with a private key that lies in the cell's database. Agents have the public keys only, so they can check
 * a signature and cannot make one. An agent without a key of its own may be of a release that knows no public keys: for it the shared key
 * signs.
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

  /** Makes a new key. It signs after a minute; the one before stays valid until the next change. */
  async rotate(): Promise<void> {
    const { database, clock } = this.#options;
    await this.#keys();
    await database.transaction((tx) => addSigningKey(tx, newSigningKeyPair(), clock.now()));
    this.#known = undefined;
  }

  async #isOlder(agentId: string | null): Promise<boolean> {
    const { agents, sharedKey } = this.#options;
    return sharedKey !== '' && (agentId === null || (await agents.of(agentId)).length === 0);
  }

  async #signer(): Promise<Sign> {
    const keys = await this.#keys();
    const published = this.#options.clock.now() - PUBLISHED_MS;
    const key = keys.find(({ createdAt }) => createdAt <= published) ?? keys.at(-1);
    if (key === undefined) throw new Error('the cell has no key to sign with');
    const known = this.#signers.get(key.id);
    if (known !== undefined) return known;
    const signer = signerOf(key.privateKey);
    this.#signers.set(key.id, signer);
    return signer;
  }

  #keys(): Promise<readonly SigningKey[]> {
    const { database, clock } = this.#options;
    const now = clock.now();
    if (this.#known !== undefined && now - this.#known.at < FRESH_MS) return this.#known.keys;
    const keys = ensureSigningKeys(database, newSigningKeyPair, now);
    this.#known = { at: now, keys };
    keys.catch(() => {
      this.#known = undefined;
    });
    return keys;
  }
}
