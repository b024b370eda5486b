import type { Code } from '../catalogue.ts';
import { collectorsOf } from '../collector.ts';
import { troubleOf } from '../container-state.ts';
import { presentRecords, quoted, type SaidRecord } from '../log-records.ts';
import type { ContainerView } from '../model.ts';
import { evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

/** What a failed write means, by the words of the operating system. First match wins. */
const KINDS: {
  code: Code;
  words?: RegExp;
  /** the log analyzer's class that means it */
  cause?: string;
  applies?: (view: ClusterView, c: ContainerView, line: string) => boolean;
  says: string;
}[] = [
  {
    code: 'collector-persistent-queue-unwritable',
    // A file of the queue is named after the component that it belongs to: exporter_otlp__traces.
    words:
      /file_storage|persistent (queue|storage)|filestorage|open \S{1,300}\/(?:exporter|receiver|processor|connector)_\w{1,200}:/i,
    applies: (view, { pod }, line) =>
      pod.workload !== undefined &&
      collectorsOf(view).includes(pod.workload) &&
      /permission denied|read-only file system|no such file or directory|must exist|failed to (open|sync|create)/i.test(
        line,
      ),
    says: 'cannot write its persistent queue',
  },
  {
    code: 'volume-full',
    cause: 'disk-full',
    // The kernel says the same when it has no watch left for files.
    applies: (_view, _container, line) => !/inotify|file watchers/i.test(line),
    says: 'has no disk space left',
  },
  { code: 'volume-read-only', words: /read-only file system|\bEROFS\b/i, says: 'writes to a read-only file system' },
  {
    code: 'volume-permission-denied',
    words:
      /permission denied|\bEACCES\b|\bAccessDeniedException: \/|operation not permitted|\bEPERM\b|\bnot writable\b/i,
    // Of other paths it is the image's own affair, or the network's.
    applies: (_, container, line) => writableMountIn(container, line) !== undefined,
    says: 'may not write to its volume',
  },
];

/** The container says lately, or said as it ended, that it cannot write. */
export const rule: Rule = (view) =>
  view.logged.flatMap((container) => {
    const trouble = troubleOf(view, container);
    const line = presentRecords(view, container, trouble !== undefined)
      .toReversed()
      .map((record) => ({ text: quoted(record), at: record.at, kind: kindOf(view, container, record) }))
      .find(({ kind }) => kind);
    if (!line?.kind) return [];
    const { pod, name, spec, specPath } = container;
    const mount = mountIn(container, line.text);
    const index = mount ? (spec?.volumeMounts?.indexOf(mount) ?? -1) : -1;
    const readOnlyRoot = spec?.securityContext?.readOnlyRootFilesystem === true && !mount;
    return [
      {
        code: line.kind.code,
        ...inContainer(container),
        confidence: 'likely' as const,
        ...(trouble ? {} : { severity: 'P2' as const }),
        title: `container ${name} of ${ownerName(container)} ${line.kind.says}`,
        cause: `${readOnlyRoot ? 'readOnlyRootFilesystem is set, and the path is on no volume. ' : ''}Its log says: ${line.text.slice(0, 300)}`,
        evidence: [
          evidence(
            pod.ref,
            `log of ${name}`,
            line.text,
            line.at === undefined ? null : new Date(line.at).toISOString(),
          ),
          ...(mount
            ? [evidence(pod.ref, `${specPath}.volumeMounts[${index}]`, `${mount.name} at ${mount.mountPath}`)]
            : []),
          ...(readOnlyRoot ? [evidence(pod.ref, `${specPath}.securityContext.readOnlyRootFilesystem`, true)] : []),
        ],
        since: line.at,
        commands: [
          kubectl(pod.ref, `exec ${pod.ref.name} -c ${name} -- df -h`),
          ...(mount ? [kubectl(pod.ref, `exec ${pod.ref.name} -c ${name} -- ls -ld ${mount.mountPath}`)] : []),
        ],
      },
    ];
  });

const kindOf = (view: ClusterView, container: ContainerView, record: SaidRecord) =>
  KINDS.find(
    ({ words, cause, applies }) =>
      (words?.test(record.text) || (cause !== undefined && record.cause === cause)) &&
      (applies?.(view, container, record.text) ?? true),
  );

/** The mount that the line speaks of: the longest whose path stands in it. */
const mountIn = ({ spec }: ContainerView, line: string) =>
  (spec?.volumeMounts ?? [])
    .filter(({ mountPath }) => mountPath !== '/' && line.includes(mountPath))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];

function writableMountIn(container: ContainerView, line: string) {
  const mount = mountIn(container, line);
  const volume = container.pod.object.spec?.volumes?.find(({ name }) => name === mount?.name);
  return mount && !mount.readOnly && !volume?.configMap && !volume?.secret && !volume?.projected ? mount : undefined;
}
