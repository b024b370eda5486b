import type { KubeObject } from '#shared/domain/kubernetes.ts';
import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { Names } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import { stamp, type Timeline } from '../timeline.ts';

export interface Happening {
  about: KubeObject;
  /** of the container, as `spec.containers{NAME}` */
  fieldPath?: string;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  component: string;
  host?: string;
}

const TTL_SECONDS = 3600;
/** client-go's aggregator: the tenth different message of one reason about one object, without a pause of ten minutes. */
const SIMILAR_MESSAGES = 10;
const SIMILAR_WITHIN_SECONDS = 600;
const COMBINED = '(combined from similar events): ';

/** Writes Events as client-go's recorder does: the same happening again raises the count; an hour later it is gone. */
export class EventRecorder {
  readonly #store: ObjectStore;
  readonly #timeline: Timeline;
  readonly #names: Names;
  readonly #similar = new Map<string, { messages: Set<string>; lastAt: number }>();

  constructor(store: ObjectStore, timeline: Timeline, names: Names) {
    this.#store = store;
    this.#timeline = timeline;
    this.#names = names;
    timeline.every(300, () => this.expire());
  }

  record(happening: Happening): void {
    const { about, fieldPath, type, reason, component, host } = happening;
    const combined = this.#isOneOfMany(happening);
    const message = combined ? COMBINED + happening.message : happening.message;
    const { namespace = 'default', name, uid, resourceVersion } = about.metadata;
    const now = stamp(this.#timeline.now());
    const known = this.#store
      .list('events', namespace)
      .find(
        (event) =>
          event.involvedObject.uid === uid &&
          event.involvedObject.fieldPath === fieldPath &&
          event.reason === reason &&
          (combined ? event.message?.startsWith(COMBINED) : event.message === message),
      );
    if (known) {
      const again = (event: KubeEvent) =>
        Object.assign(event, { message, count: (event.count ?? 1) + 1, lastTimestamp: now });
      this.#store.update('events', known.metadata, again, { manager: component });
      return;
    }
    const { apiVersion, kind } = about;
    const event = {
      metadata: { namespace, name: `${name}.${this.#names.hex(16)}` },
      involvedObject: { apiVersion, kind, namespace, name, uid, resourceVersion, ...(fieldPath ? { fieldPath } : {}) },
      reason,
      message,
      type,
      count: 1,
      eventTime: null,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component, ...(host ? { host } : {}) },
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
    this.#store.create('events', event as KubeEvent, { manager: component });
  }

  #isOneOfMany({ about, type, reason, message, component, host }: Happening): boolean {
    const key = [about.metadata.uid, type, reason, component, host].join(' ');
    const now = this.#timeline.now().getTime();
    const known = this.#similar.get(key);
    const recent = known && now - known.lastAt <= SIMILAR_WITHIN_SECONDS * 1000 ? known.messages : new Set<string>();
    recent.add(message);
    this.#similar.set(key, { messages: recent, lastAt: now });
    return recent.size >= SIMILAR_MESSAGES;
  }

  /** The scheduler writes events of the newer kind: a time of microseconds, no count. */
  recordScheduling(about: KubeObject, type: Happening['type'], reason: string, message: string): void {
    const { namespace = 'default', name, uid, resourceVersion } = about.metadata;
    const reportingComponent = 'default-scheduler';
    const event = {
      metadata: { namespace, name: `${name}.${this.#names.hex(16)}` },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion },
      action: type === 'Normal' ? 'Binding' : 'Scheduling',
      reason,
      message,
      type,
      eventTime: this.#timeline.now().toISOString().replace('Z', '000Z'),
      firstTimestamp: null,
      lastTimestamp: null,
      source: {},
      reportingComponent,
      reportingInstance: `${reportingComponent}-control-plane`,
    };
    this.#store.create('events', event as KubeEvent, { manager: 'kube-scheduler' });
  }

  expire(): void {
    const oldest = stamp(new Date(this.#timeline.now().getTime() - TTL_SECONDS * 1000));
    for (const { metadata, lastTimestamp } of this.#store.list('events')) {
      if ((lastTimestamp ?? metadata.creationTimestamp ?? '') < oldest) this.#store.remove('events', metadata);
    }
  }
}
