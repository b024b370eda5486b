import type { Cases } from './case.ts';
import { admission } from './configuration/admission.ts';
import { budgets } from './configuration/budgets.ts';
import { files } from './configuration/files.ts';
import { references } from './configuration/references.ts';
import { rights } from './configuration/rights.ts';
import { scaling } from './configuration/scaling.ts';
import { secrets } from './configuration/secrets.ts';

export const configuration = {
  ...references,
  ...secrets,
  ...files,
  ...admission,
  ...rights,
  ...scaling,
  ...budgets,
} satisfies Cases;
