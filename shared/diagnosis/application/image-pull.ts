import type { Code } from '../catalogue.ts';
import { notReadySince } from '../container-state.ts';
import type { ContainerView } from '../model.ts';
import { called, evidence, inContainer, kubectl, ownerName, type Rule } from '../rule.ts';
import type { ClusterView } from '../view.ts';

const PULL_REASONS = ['ErrImagePull', 'ImagePullBackOff', 'RegistryUnavailable', 'ImageInspectError'];

/** Reasons that say it all. */
const BY_REASON: Record<string, Code> = {
  InvalidImageName: 'image-name-invalid',
  ErrImageNeverPull: 'image-never-pull',
  RegistryUnavailable: 'image-registry-unreachable',
};

/** What registries and containerd answer; the order matters, for some answers hold the words of two kinds. */
const BY_MESSAGE: [Code, RegExp][] = [
  // The registry has given the image; the node does not get it unpacked.
  [
    'container-setup-failed',
    /failed to (?:extract|register|apply|unpack) layer|no space left on device|unexpected commit (?:digest|size)/i,
  ],
  ['image-pull-rate-limited', /toomanyrequests|429 Too Many Requests|rate limit|pull QPS exceeded/i],
  [
    'image-arch-mismatch',
    /no matching manifest|no match for platform|no image found in (manifest list|image index) for architecture|exec format/i,
  ],
  [
    'image-pull-unauthorized',
    /40[13] (Unauthorized|Forbidden)|pull access denied|no basic auth credentials|authorization failed|unauthorized|access denied|denied:/i,
  ],
  [
    'image-registry-unreachable',
    /no such host|i\/o timeout|deadline exceeded|connection refused|connection reset|timeout exceeded|network is unreachable|server misbehaving|x509:|tls:|TLS handshake|\b50[0-4] (Internal|Bad|Service|Gateway)|unexpected EOF|HTTP response to HTTPS client/i,
  ],
  ['image-not-found', /not found|manifest unknown|name unknown|does not exist/i],
];

/** Why an image cannot be had: from the reason of the wait, and the kubelet's own words about the last try. */
export const rule: Rule = (view) =>
  view.disturbed.flatMap((container) => {
    const { pod, name, spec, specPath, status, statusPath } = container;
    const waiting = status?.state?.waiting;
    const reason = waiting?.reason ?? '';
    if (!PULL_REASONS.includes(reason) && !BY_REASON[reason]) return [];
    const image = spec?.image ?? status?.image ?? '';
    const event = lastFailure(view, container);
    // The name itself may hold such words as "not-found".
    const said = `${waiting?.message ?? ''}\n${event?.message ?? ''}`.replaceAll(image || '\0', 'IMAGE');
    const classified = BY_REASON[reason] ?? BY_MESSAGE.find(([, words]) => words.test(said))?.[0];
    const told = event?.message ?? (TELLS.test(waiting?.message ?? '') ? waiting?.message : undefined);
    // What is said in words that nobody knows is quoted; where nothing is said a wrong name is the likeliest.
    const code = classified ?? (told === undefined ? 'image-not-found' : 'container-setup-failed');
    return [
      {
        code,
        ...inContainer(container),
        ...(classified ? {} : { confidence: 'possible' as const }),
        ...(told === undefined && !classified ? { cause: 'The pull fails; no event that says why is left.' } : {}),
        ...(code === 'container-setup-failed' ? unpacked(said, told) : {}),
        title: `image ${image} of ${ownerName(container)} cannot be pulled`,
        evidence: [
          evidence(pod.ref, `${statusPath}.state.waiting.reason`, reason),
          ...(waiting?.message ? [evidence(pod.ref, `${statusPath}.state.waiting.message`, waiting.message)] : []),
          ...(event ? [evidence(pod.ref, `event ${event.reason}`, event.message, event.lastTimestamp)] : []),
          evidence(pod.ref, `${specPath}.image`, image),
        ],
        since: notReadySince(pod),
        commands: [
          kubectl(pod.ref, `describe ${called(pod.ref)}`),
          ...(pod.workload
            ? [
                kubectl(
                  pod.ref,
                  `set image ${pod.workload.ref.kind.toLowerCase()}/${pod.workload.ref.name} ${name}=IMAGE`,
                ),
              ]
            : []),
        ],
      },
    ];
  });

/** Since 1.32 the kubelet gives the reason in the state too. */
const TELLS = /ErrImagePull: \S/;

const unpacked = (said: string, told: string | undefined): { cause?: string; remedy: string } =>
  /no space left on device/i.test(said)
    ? { cause: 'The node has no disk space for the image.', remedy: 'Free disk space on the node, or replace it.' }
    : {
        ...(told ? { cause: told } : {}),
        remedy: 'Read the message; pull the image by hand on the node, or push it anew.',
      };

/** The event of the last failed pull of this image; "Error: ErrImagePull" and back-offs say nothing. */
const lastFailure = (view: ClusterView, { pod, spec }: ContainerView) =>
  view.events
    .of(pod.ref, pod.object.metadata.uid, { reason: 'Failed', withinMs: Number.POSITIVE_INFINITY })
    .find(({ message = '' }) => /^Failed to pull image/.test(message) && message.includes(spec?.image ?? ''));
