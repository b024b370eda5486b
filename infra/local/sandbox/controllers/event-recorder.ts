import type { KubeEvent, KubeObject } from '#shared/domain/kubernetes.ts';
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

/** Writes Events as client-go's recorder does: the same happening again raises the count; an hour later it is gone. */
export class EventRecorder {
  readonly #store: ObjectStore;
  readonly #timeline: Timeline;
  readonly #names: Names;

  constructor(store: ObjectStore, timeline: Timeline, names: Names) {
    this.#store = store;
    this.#timeline = timeline;
    this.#names = names;
    timeline.every(300, () => this.expire());
  }

  record({ about, fieldPath, type, reason, message, component, host }: Happening): void {
    const { namespace = 'default', name, uid, resourceVersion } = about.metadata;
    const now = stamp(this.#timeline.now());
    const known = this.#store
      .list('events', namespace)
      .find(
        (event) =>
          event.involvedObject.uid === uid &&
          event.involvedObject.fieldPath === fieldPath &&
          event.reason === reason &&
          event.message === message,
      );
    if (known) {
      const again = (event: KubeEvent) => Object.assign(event, { count: (event.count ?? 1) + 1, lastTimestamp: now });
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
