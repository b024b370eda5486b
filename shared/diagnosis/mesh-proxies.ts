/**
 * The Services without which the proxy that a mesh puts beside a container does not become ready: they give it its
 * configuration and its identity. By the name of the container, as the charts of the meshes call both.
 */
export const CONTROL_PLANES: Readonly<Record<string, readonly string[]>> = {
  'istio-proxy': ['istiod'],
  'linkerd-proxy': ['linkerd-dst', 'linkerd-dst-headless', 'linkerd-identity', 'linkerd-identity-headless'],
  'kuma-sidecar': ['kuma-control-plane'],
  daprd: ['dapr-api', 'dapr-sentry', 'dapr-placement-server'],
};
