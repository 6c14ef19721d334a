import type { Home } from './home.ts';

/** A database or queue server of the region, as a child process on loopback. */
export interface StoreOptions {
  readonly home: Home;
  readonly name: string;
  /** The data folder; made when it is not there. */
  readonly folder: string;
  readonly log: string;
  readonly port: number;
  readonly password: string;
}
