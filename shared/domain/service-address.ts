/** A Service or pod, as the names of the cluster's DNS say it. */
export interface ServiceAddress {
  kind: 'services' | 'pods';
  name: string;
  namespace: string;
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * What a host name means inside the cluster: `collector`, `collector.shop`, `collector.shop.svc`, with the cluster's
 * domain or without it, and `collector-0.collectors.shop.svc` for a pod of a StatefulSet. Undefined for other names.
 */
function serviceAddress(host: string, ownNamespace: string): ServiceAddress | undefined {
  const labels = host.replace(/\.$/, '').split('.');
  const svc = labels.indexOf('svc');
  const parts = svc < 0 ? labels : labels.slice(0, svc);
  if (host === 'localhost' || !parts.every((part) => LABEL.test(part))) return undefined;
  const [name = '', second, namespace] = parts;
  if (svc < 0 && parts.length > 2) return undefined;
  if (parts.length <= 2) return { kind: 'services', name, namespace: second ?? ownNamespace };
  return parts.length === 3 && namespace !== undefined ? { kind: 'pods', name, namespace } : undefined;
}

/** As the path of the API server's proxy has it. RBAC compares `resourceNames` with this, its port and scheme included. */
export const proxyName = ({ name, port, tls }: { name: string; port: number; tls?: boolean }): string =>
  `${tls ? 'https:' : ''}${name}:${port}`;

/** Where a URL leads through that proxy; undefined where its host names no Service and no pod. */
export function proxiedAddress(
  { hostname, port, protocol }: Pick<URL, 'hostname' | 'port' | 'protocol'>,
  ownNamespace: string,
): (ServiceAddress & { port: number; tls: boolean }) | undefined {
  const tls = protocol === 'https:';
  const address = serviceAddress(hostname, ownNamespace);
  return address && { ...address, tls, port: Number(port) || (tls ? 443 : 80) };
}
