/** The headings of `medic --help`, by what a person wants to do. */
export const GROUPS = {
  flows: 'First response:',
  look: 'Look and diagnose:',
  respond: 'Single steps of a response:',
  other: 'More:',
} as const;

const LOOK = /^(diagnose|check|probe|collect|analyze|validate|test|run|review)\b/;

export const groupOf = (functionName: string): string => (LOOK.test(functionName) ? GROUPS.look : GROUPS.respond);
