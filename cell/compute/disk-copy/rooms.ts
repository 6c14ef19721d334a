const KEPT_MAX = 16;

/** Memory for blocks, used again: to make 4 MiB anew for each block costs more than to read it. */
export class Rooms {
  readonly #free: Buffer[] = [];

  /** At least so long; what stands in it is old. */
  take(bytes: number): Buffer {
    const at = this.#free.findIndex((room) => room.length >= bytes);
    return at < 0 ? Buffer.allocUnsafeSlow(bytes) : (this.#free.splice(at, 1)[0] ?? Buffer.allocUnsafeSlow(bytes));
  }

  /** Nobody reads it any more. */
  give(room: Buffer): void {
    if (this.#free.length < KEPT_MAX) this.#free.push(room);
  }
}
