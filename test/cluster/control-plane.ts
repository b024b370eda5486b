import { ControlPlane } from '../../scripts/control-plane/control-plane.ts';

/** One control plane for the whole tier; a test that needs an outage or a poor cluster starts its own. */
export async function setup() {
  const plane = await ControlPlane.start();
  process.env.MEDIC_TEST_KUBECONFIG = plane.kubeconfig;
  process.env.MEDIC_TEST_BED = plane.bed.dir;
  process.env.MEDIC_TEST_POD_CIDR = plane.bed.podCidr;
  process.env.MEDIC_TEST_ROUTED = String(plane.routed);
  return () => plane.down();
}
