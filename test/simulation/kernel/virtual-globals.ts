import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import type { Event, Kernel } from './kernel.ts';

/**
 * Production code that reads the time, draws a random number or sets a timer without a collaborator gets the kernel's. For the whole
 * process and for good: it runs nothing but simulations.
 */
export function installVirtualGlobals(current: () => Kernel): void {
  const timers = new WeakMap<object, { event: Event }>();

  const setTimer = (run: () => void, ms: number, repeat: boolean): object => {
    const kernel = current();
    const life = kernel.current;
    const timer = { unref: () => timer, ref: () => timer, hasRef: () => true };
    const planned: { event: Event } = {
      event: kernel.plan(ms, life, function fire() {
        if (repeat) planned.event = kernel.plan(ms, life, fire);
        run();
      }),
    };
    timers.set(timer, planned);
    return timer;
  };
  const clear = (timer: unknown): void => {
    const planned = typeof timer === 'object' && timer !== null ? timers.get(timer) : undefined;
    if (planned !== undefined) planned.event.cancelled = true;
  };
  const bytes = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, () => current().random.below(256)));

  Object.assign(globalThis, {
    setTimeout: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      setTimer(() => run(...args), ms, false),
    setInterval: (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      setTimer(() => run(...args), Math.max(1, ms), true),
    setImmediate: (run: (...args: unknown[]) => void, ...args: unknown[]) => setTimer(() => run(...args), 0, false),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  });
  Date.now = () => current().clock.now();
  Math.random = () => current().random.next();
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    current().planHere(ms, () => controller.abort(new DOMException('The operation timed out.', 'TimeoutError')));
    return controller.signal;
  };
  Object.assign(timersPromises, {
    setTimeout: async (ms: number, value: unknown, options: { signal?: AbortSignal } = {}) => {
      await current().clock.sleep(ms, options.signal);
      options.signal?.throwIfAborted();
      return value;
    },
  });
  Object.assign(crypto, { randomUUID: () => current().random.uuid(), randomBytes: bytes });
  syncBuiltinESMExports();
}
