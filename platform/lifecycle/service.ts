/** Everything that runs. After `stop` resolves, nothing of it keeps the event loop alive. */
export interface Service {
  readonly name: string;
  /** Resolves when it is ready to work; rejects when it cannot start. Work goes on in the background. */
  start(): Promise<void>;
  /** Takes no new work (readiness goes false, doors close); what is under way may end. */
  drain(): Promise<void>;
  /** Ends what is left, within its own bound, and lets go of everything. May be called without `start` or twice. */
  stop(): Promise<void>;
}
