import { expect, it } from 'vitest';
import { landmarkOf } from '#shared/aws/landmark.ts';

it.each([
  ['eu-central-1', 'https://sts.eu-central-1.amazonaws.com'],
  ['us-gov-west-1', 'https://sts.us-gov-west-1.amazonaws.com'],
  ['cn-north-1', 'https://sts.cn-north-1.amazonaws.com.cn'],
  ['us-isob-east-1', undefined],
  ['eu-isoe-west-1', undefined],
  ['eusc-de-east-1', undefined],
  [undefined, undefined],
])('a probe in %s asks %s', (region, url) => {
  expect(landmarkOf(region)).toBe(url);
});
