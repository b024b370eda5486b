/** Regions whose endpoints have other names than those of the commercial ones. */
const ELSEWHERE = /^(?:[a-z]{2}-iso|eusc-)/;

/**
 * The STS of a region: its name is known to every resolver of a VPC, it answers, and its clock is right. What a probe
 * asks to tell its own trouble from the target's. Undefined where it is not known by name.
 */
export function landmarkOf(region: string | undefined): string | undefined {
  if (region === undefined || ELSEWHERE.test(region)) return undefined;
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
