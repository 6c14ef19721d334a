import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Has a running guest flush its file systems and hold its writes for a moment. */
export interface Quiescer {
  /** @returns what lets the guest write again. @throws VolvoxError unsupported when nobody in the guest answers; the guest writes on. */
  freeze(guestId: string): Promise<() => Promise<void>>;
}

/** Guests without a channel to an agent of their own. */
export const noQuiescer: Quiescer = {
  freeze: async () => {
    throw new VolvoxError(
      'unsupported',
      'The image requires the guest to quiesce, and no agent in the guest answers.',
      {
        blame: 'request',
      },
    );
  },
};
