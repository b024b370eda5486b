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
export function serviceAddress(host: string, ownNamespace: string): ServiceAddress | undefined {
  const labels = host.replace(/\.$/, '').split('.');
  const svc = labels.indexOf('svc');
  const parts = svc < 0 ? labels : labels.slice(0, svc);
  if (host === 'localhost' || !parts.every((part) => LABEL.test(part))) return undefined;
  const [name = '', second, namespace] = parts;
  if (svc < 0 && parts.length > 2) return undefined;
  if (parts.length <= 2) return { kind: 'services', name, namespace: second ?? ownNamespace };
  return parts.length === 3 && namespace !== undefined ? { kind: 'pods', name, namespace } : undefined;
}
