interface Partition {
  /** as the second part of an ARN has it */
  id: string;
  dnsSuffix: string;
  console: string;
}

const PARTITIONS: readonly [regionPrefix: string, Partition][] = [
  ['cn-', { id: 'aws-cn', dnsSuffix: 'amazonaws.com.cn', console: 'console.amazonaws.cn' }],
  ['us-gov-', { id: 'aws-us-gov', dnsSuffix: 'amazonaws.com', console: 'console.amazonaws-us-gov.com' }],
  ['eusc-', { id: 'aws-eusc', dnsSuffix: 'amazonaws.eu', console: 'console.amazonaws-eusc.eu' }],
  ['', { id: 'aws', dnsSuffix: 'amazonaws.com', console: 'console.aws.amazon.com' }],
];

/** The names under which a region's services and its console are reached: China and the sovereign clouds have their own. */
export function partitionOf(region: string): Partition {
  for (const [prefix, partition] of PARTITIONS) if (region.startsWith(prefix)) return partition;
  throw new Error(`no partition for region ${region}`);
}
