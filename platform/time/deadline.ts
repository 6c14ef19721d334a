import { OVER } from './over.ts';

/** The time that something may take, as a signal. To be ended in any case: then nothing of it is left, and it costs no exception. */
export interface Deadline {
  /** Aborted when the time is over, or before that when `sooner` is. */
  readonly signal: AbortSignal;
  /** The time was over before the end. */
  readonly isOver: boolean;
  end(): void;
}

/** Begins now. @param sooner ends the waiting before, with its own reason. */
export function deadlineIn(ms: number, sooner?: AbortSignal): Deadline {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(OVER);
  }, ms);
  timer.unref();
  const stop = (): void => controller.abort(sooner?.reason);
  if (sooner?.aborted === true) stop();
  else sooner?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    end: () => {
      clearTimeout(timer);
      sooner?.removeEventListener('abort', stop);
    },
  };
}
