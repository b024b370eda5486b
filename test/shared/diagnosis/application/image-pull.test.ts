import { describe, expect, it } from 'vitest';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { everWith, podsOf, pullFails, rollOut, waiting } from '#test/support/faults.ts';
import { healthyNamespace } from '#test/support/namespace.ts';

const failing = (answer: string) => {
  const snapshot = healthyNamespace();
  return pullFails(snapshot, podsOf(snapshot, 'otlp-app'), answer);
};

describe('why an image cannot be pulled, in the words of containerd and the registries', () => {
  it.each([
    [
      'image-not-found',
      'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/otlp-app:1.4.2": failed to resolve reference "registry.example.com/otlp-app:1.4.2": registry.example.com/otlp-app:1.4.2: not found',
    ],
    [
      'image-not-found',
      'manifest for registry.example.com/otlp-app:1.4.2 not found: manifest unknown: Requested image not found',
    ],
    [
      'image-not-found',
      "name unknown: The repository with name 'otlp-app' does not exist in the registry with id '123456789012'",
    ],
    [
      'image-pull-unauthorized',
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 401 Unauthorized',
    ],
    [
      'image-pull-unauthorized',
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      'image-pull-unauthorized',
      'unexpected status from HEAD request to https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/x: 403 Forbidden',
    ],
    ['image-pull-unauthorized', 'no basic auth credentials'],
    [
      'image-pull-rate-limited',
      'unexpected status code: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.',
    ],
    ['image-registry-unreachable', 'dial tcp: lookup registry.example.com on 10.100.0.10:53: no such host'],
    ['image-registry-unreachable', 'dial tcp 10.9.8.7:443: i/o timeout'],
    ['image-registry-unreachable', 'Head "https://registry.example.com/v2/": context deadline exceeded'],
    ['image-registry-unreachable', 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    ['image-arch-mismatch', 'no match for platform in manifest: not found'],
    ['image-arch-mismatch', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  ])('%s: %s', (code, answer) => {
    expect(roots(failing(answer))).toEqual([code]);
  });

  it('is not misled by words in the name of the image', () => {
    const snapshot = healthyNamespace();
    everWith(snapshot, 'otlp-app', (container) => {
      container.image = 'registry.example.com/not-found/denied:unauthorized';
    });
    pullFails(snapshot, podsOf(snapshot, 'otlp-app'), 'dial tcp 10.9.8.7:443: connect: connection refused');
    expect(roots(snapshot)).toEqual(['image-registry-unreachable']);
  });

  it('reads the wait itself where newer kubelets put the reason there and no event is left', () => {
    const snapshot = healthyNamespace();
    waiting(
      snapshot,
      podsOf(snapshot, 'otlp-app'),
      'ImagePullBackOff',
      'Back-off pulling image "registry.example.com/otlp-app:1.4.2": ErrImagePull: failed to pull and unpack image: 401 Unauthorized',
    );
    expect(roots(snapshot)).toEqual(['image-pull-unauthorized']);
  });

  it('says that it is only a guess where nothing tells the reason', () => {
    const snapshot = healthyNamespace();
    waiting(snapshot, podsOf(snapshot, 'otlp-app'), 'ImagePullBackOff', 'Back-off pulling image "x"');
    expect(findingOf(snapshot, 'image-not-found').confidence).toBe('possible');
  });

  it.each([
    ['image-name-invalid', 'InvalidImageName'],
    ['image-never-pull', 'ErrImageNeverPull'],
  ])('%s by the reason %s alone', (code, reason) => {
    const snapshot = healthyNamespace();
    waiting(
      snapshot,
      podsOf(snapshot, 'otlp-app'),
      reason,
      'Failed to apply default image tag "x y": couldn\'t parse image name',
    );
    expect(roots(snapshot)).toEqual([code]);
  });

  it('is nothing while the image is being pulled', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', () => undefined, 0.5);
    waiting(snapshot, [made], 'ContainerCreating', undefined, 0.5);
    expect(codes(snapshot)).toEqual([]);
  });

  it('leaves the old pods of the rollout in service: degraded, not failed', () => {
    const snapshot = healthyNamespace();
    const made = rollOut(snapshot, 'otlp-app', (container) => {
      container.image = 'registry.example.com/otlp-app:1.4.3';
    });
    pullFails(snapshot, [made], 'not found');
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', layer: 'application' });
    expect(findingOf(snapshot, 'image-not-found')).toMatchObject({
      severity: 'P2',
      subject: { name: made.metadata.name },
    });
  });
});
