/** A duration as Go prints it: 10s, 1m20s, 5m0s. */
export function goDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}

/** Kubernetes quantities of memory in MiB: 256Mi, 1Gi, plain bytes. */
export function toMebibytes(quantity: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const bytes: Record<string, number> = { '': 1, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, k: 1e3, M: 1e6, G: 1e9 };
  return (Number(number) * (bytes[unit] ?? 1)) / 1024 ** 2;
}
