import type { Severity } from '#shared/domain/severity.ts';

/** A notice ready to send, already escaped for its readers. */
export interface Message {
  /** the same for a repeated try of the same notice */
  id: string;
  severity: Severity;
  title: string;
  /** plain text, for e-mail, a terminal, and as Slack's fallback */
  text: string;
  /** Slack Block Kit, within Slack's limits */
  blocks: Record<string, unknown>[];
}

export interface Delivery {
  channel: string;
  delivered: boolean;
  /** why not; one line, without the address's secret parts */
  why?: string;
}

/** Rejects never: a channel that fails is a Delivery that says so. */
export interface Notifier {
  send(message: Message, options?: { signal?: AbortSignal }): Promise<Delivery[]>;
}
