import type { Cases } from './case.ts';
import { admission } from './configuration/admission.ts';
import { budgets } from './configuration/budgets.ts';
import { files } from './configuration/files.ts';
import { references } from './configuration/references.ts';
import { rights } from './configuration/rights.ts';
import { scaling } from './configuration/scaling.ts';

export const configuration = {
  ...references,
  ...files,
  ...admission,
  ...rights,
  ...scaling,
  ...budgets,
} satisfies Cases;
