import type { Container, EnvVar, Pod, PodSpec, Workload } from '#shared/domain/kubernetes.ts';
import { everywhere } from '../environment.ts';
import { rollOut } from '../faults.ts';
import { appContainer } from '../healthy.ts';
import { service, thing } from '../things.ts';
import { ago } from '../time.ts';
import { deployment } from '../workloads.ts';
import type { World } from '../world.ts';

/** The API server forgets an event that is not repeated after an hour. */
const EVENTS_LAST = 60;

/** That of the last revision. */
export function newestSet(world: World, each: Workload): Workload {
  const set = world.setsOf(each).at(-1);
  if (!set) throw new Error(`${each.metadata.name} has no ReplicaSet`);
  return set;
}

/** A rollout that has reached every replica and is well, so many minutes ago. */
export function rolledOut(
  world: World,
  each: Workload,
  minutes: number,
  change: (container: Container, spec: PodSpec) => void,
): Pod[] {
  const pods = rollOut(world, each, change, { minutes, all: true });
  if (minutes > EVENTS_LAST) world.events.pop();
  const progressing = each.status?.conditions?.find(({ type }) => type === 'Progressing');
  Object.assign(progressing ?? {}, {
    status: 'True',
    reason: 'NewReplicaSetAvailable',
    message: `ReplicaSet "${newestSet(world, each).metadata.name}" has successfully progressed.`,
    lastUpdateTime: ago(minutes - 1),
  });
  return pods;
}

/** Too few replicas of the Deployment have been available since so many minutes. */
export function unavailable(each: Workload, minutes: number): void {
  Object.assign(each.status?.conditions?.find(({ type }) => type === 'Available') ?? {}, {
    status: 'False',
    reason: 'MinimumReplicasUnavailable',
    message: 'Deployment does not have minimum availability.',
    lastTransitionTime: ago(minutes),
    lastUpdateTime: ago(minutes),
  });
}

const TIMES = ['09:57:41', '09:58:11', '09:58:41', '09:59:11', '09:59:41'];

/** The same line every half minute until now, from one container of one pod; the time as ISO 8601. */
export const says = (world: World, pod: Pod, line: (time: string, n: number) => string, container?: string): void =>
  world.log(
    pod,
    TIMES.map((time, n) => line(`2026-11-20T${time}.${204 + 9 * n}Z`, n)).join('\n'),
    container ? { container } : {},
  );

/** An application whose telemetry goes where its variables say. */
export function application(
  world: World,
  name: string,
  variables: Record<string, string>,
  described: { replicas?: number; age?: number } = {},
): Workload {
  const env: EnvVar[] = Object.entries(variables).map(([key, value]) => ({ name: key, value }));
  const made = deployment(world, name, {
    container: appContainer(name, { env }),
    ...described,
    ...(described.age === undefined ? {} : { revised: described.age, revision: 1 }),
  });
  service(world, name, { app: name }, [{ name: 'http', port: 80, targetPort: 'http' }]);
  return made;
}

/** Of the Service otel-collector in shop; valid from 2026-11-17 to 2027-02-15. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlTCCATygAwIBAgIEXhx7kDAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5vdGVs
LWNvbGxlY3RvcjAeFw0yNjExMTcwNjAwMDBaFw0yNzAyMTUwNjAwMDBaMBkxFzAV
BgNVBAMMDm90ZWwtY29sbGVjdG9yMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
MQiOi85JhRE2S5TkhzsOHby/WRP3CQueUA8BXSqGRiuLtp/AQnORhu7LFl77m7Rm
W0WpKxArgR8yOhQZZYRKgKNyMHAwbgYDVR0RBGcwZYIOb3RlbC1jb2xsZWN0b3KC
E290ZWwtY29sbGVjdG9yLnNob3CCF290ZWwtY29sbGVjdG9yLnNob3Auc3ZjgiVv
dGVsLWNvbGxlY3Rvci5zaG9wLnN2Yy5jbHVzdGVyLmxvY2FsMAoGCCqGSM49BAMC
A0cAMEQCIDc2yj3J8Ivzte6RjvBqGBSWrSaYaA8tap3vyz4Kzzz5AiBUTkGJqD50
HI49g6FGZkakbQVheVd8/1DNCrgl8vIl/Q==
-----END CERTIFICATE-----
`;

/** The Collector has the certificate of its Service mounted from a Secret that was last written so many minutes ago. */
export function mountCertificate(world: World, collector: Workload, written: number): void {
  const name = 'otel-collector-tls';
  const data = {
    'tls.crt': Buffer.from(CERTIFICATE).toString('base64'),
    'tls.key': Buffer.from('the key').toString('base64'),
  };
  const made = thing(world, 'v1', 'Secret', name, { type: 'kubernetes.io/tls', data });
  made.metadata.managedFields = [
    { manager: 'cert-manager-certificates-issuing', operation: 'Update', time: ago(written) },
  ];
  everywhere(world, collector, (spec) => {
    spec.volumes = [...(spec.volumes ?? []), { name: 'tls', secret: { secretName: name } }];
    for (const container of spec.containers.slice(0, 1))
      container.volumeMounts = [
        ...(container.volumeMounts ?? []),
        { name: 'tls', mountPath: '/etc/otel/tls', readOnly: true },
      ];
  });
}

/** The receiver of that configuration serves gRPC with the mounted certificate. */
export const withTls = (text: string): string =>
  text.replace(
    '        endpoint: 0.0.0.0:4317\n',
    '        endpoint: 0.0.0.0:4317\n        tls:\n          cert_file: /etc/otel/tls/tls.crt\n          key_file: /etc/otel/tls/tls.key\n',
  );
