/** Everything that runs. After `stop` resolves, nothing of it keeps the event loop alive. */
export interface Service {
  readonly name: string;
  /** Resolves when it is ready to work; rejects when it cannot start. Work goes on in the background. */
  start(): Promise<void>;
  /** Takes no new work (readiness goes false, doors close); work in progress may end. */
  drain(): Promise<void>;
  /** Ends the remaining work, within its own time limit, and releases all resources. May be called without `start`, or twice. */
  stop(): Promise<void>;
}
