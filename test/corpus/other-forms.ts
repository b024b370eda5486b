import type { KubeEvent } from '#shared/domain/kubernetes-event.ts';
import type { ResourceName, Snapshot } from '#shared/domain/snapshot.ts';

/*
 * The same cluster, as another API server, another kubelet or another right to read shows it. Each changes the snapshot
 * that it is given.
 */

/** Lists have no order that anything may rest on. */
export function reversed(snapshot: Snapshot): void {
  for (const list of Object.values(snapshot.objects)) list.reverse();
  snapshot.logs.reverse();
}

/** Events as events.k8s.io writes them: a series instead of counts, and one time instead of two. */
export function eventsOfToday({ objects }: Snapshot): void {
  objects.events = objects.events.map(
    ({ firstTimestamp, lastTimestamp, count = 1, source, eventTime, ...rest }): KubeEvent => ({
      ...rest,
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: firstTimestamp ?? eventTime ?? lastTimestamp ?? null,
      ...(count > 1 && lastTimestamp ? { series: { count, lastObservedTime: lastTimestamp } } : {}),
      reportingComponent: rest.reportingComponent ?? source?.component ?? '',
    }),
  );
}

/** Logs for a terminal, out of a container that ends its lines as Windows does. */
export function colouredLogs({ logs }: Snapshot): void {
  const red = (line: string) => (line ? `\u001b[31m${line}\u001b[0m` : line);
  for (const log of logs) log.text = log.text.split('\n').map(red).join('\r\n');
}

/** The whole namespace stands there once more, under another name and well known to the same people. */
export function besideItsTwin(snapshot: Snapshot, namespace: string): void {
  const other = `${namespace}-staging`;
  for (const [kind, list] of Object.entries(snapshot.objects) as [ResourceName, Snapshot['objects']['pods']][]) {
    if (kind === 'events') continue;
    const own = list.filter(({ metadata }) => metadata.namespace === namespace);
    const twins = JSON.parse(
      JSON.stringify(own)
        .replaceAll(`"namespace":"${namespace}"`, `"namespace":"${other}"`)
        .replace(/"uid":"([^"]+)"/g, '"uid":"$1-twin"')
        // No two pods or Services have one address.
        .replace(/"\d{1,3}((?:\.\d{1,3}){3})"/g, '"198$1"'),
    );
    list.push(...twins);
  }
  snapshot.objects.namespaces.push({ metadata: { name: other } });
  snapshot.namespaces.push(other);
}

/** As it is with a role that may not read these kinds. */
export const without =
  (...kinds: (ResourceName | 'logs')[]) =>
  (snapshot: Snapshot): void => {
    for (const kind of kinds) {
      if (kind === 'logs') snapshot.logs = [];
      else snapshot.objects[kind].length = 0;
      if (kind === 'configmaps') snapshot.configFacts = [];
      snapshot.coverage.notChecked.push({ check: kind, why: 'forbidden' });
    }
  };
