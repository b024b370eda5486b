import type { Delivery, Notifier } from '#shared/ports/notifier.ts';

/** Sends by every channel at once; one that fails, or even rejects, never holds back another. */
export const fanOut = (notifiers: readonly Notifier[]): Notifier => ({
  async send(message, options) {
    const sent = await Promise.allSettled(notifiers.map((notifier) => notifier.send(message, options)));
    return sent.flatMap((result): Delivery[] =>
      result.status === 'fulfilled'
        ? result.value
        : [{ channel: 'unknown', delivered: false, why: `the channel failed (${nameOf(result.reason)})` }],
    );
  },
});

// Only the name: the message of an error that no channel expected may hold an address.
const nameOf = (reason: unknown) => (reason instanceof Error ? reason.name : typeof reason);
