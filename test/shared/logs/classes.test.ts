import { expect, it } from 'vitest';
import { analyzeLogs } from '#shared/logs/analyze.ts';

const classesOf = async (message: string): Promise<string[]> => {
  const { classes } = await analyzeLogs([Buffer.from(`2026-11-25T10:00:00Z ERROR hub::link: ${message}\n`)]);
  return Object.keys(classes);
};

it.each([
  ['timeout', 'Get "http://hub:4318": net/http: request canceled (Client.Timeout exceeded while awaiting headers)'],
  ['timeout', 'The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.'],
  ['dns', "DnsNameResolverTimeoutException: DefaultDnsQuestion(hub. IN A): query '17' via UDP timed out"],
  ['auth', 'ReplyError: NOAUTH Authentication required.'],
  ['auth', 'WRONGPASS invalid username-password pair or user is disabled.'],
  ['oom', 'Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)'],
  ['config-invalid', 'service must have at least one pipeline'],
  ['config-invalid', 'service::pipelines::traces: must have at least one receiver'],
  ['config-invalid', 'service::extensions: references extension "pprof" which is not configured'],
  ['config-invalid', 'processors::memory_limiter: spike_limit_mib must be smaller than limit_mib'],
  ['config-invalid', 'config.toml: TOML parse error at line 3, column 1: missing field `endpoint`'],
])('is of class %s: %s', async (name, message) => {
  expect(await classesOf(message)).toEqual([name]);
});

it.each([
  'error reading server preface: http2: frame too large, note that the frame header looked like an HTTP/1.1 header',
  'spike_limit_mib=128 limit_mib=512',
  'the pool must have at least one spare connection',
])('is of no class: %s', async (message) => {
  expect(await classesOf(message)).toEqual([]);
});
