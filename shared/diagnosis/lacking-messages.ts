/** A name as variables have it: at least one underscore, or it could be any word in capitals. */
const VARIABLE = '[A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}';
const KEY = '[A-Za-z_][\\w.-]{0,79}';
const LACKS = `(?:is|was|are) (?:missing|required|not set|not defined|not found|not provided|undefined|unset|empty)|(?:must|should|has to|needs to) be (?:set|defined|provided|specified)|not (?:set|found|defined|provided)|missing|required`;

/** Each of them has one of these: asked first, for most last words are about something else. */
export const HINTS =
  /missing|required|not (?:set|found|defined|provided|specified)|undefined|unset|empty|be (?:set|defined|provided|specified)|KeyError|unbound|placeholder|validation error/i;

/**
 * How programs and the libraries that read their settings say which one they lack; its name is the first group, where
 * they name it. Data that lacks a field is another matter, so each names a variable, a setting or the library.
 */
export const LACKING: RegExp[] = [
  // envconfig, caarlos0/env and what people write by hand
  new RegExp(`required key (${VARIABLE}) missing value`),
  new RegExp(
    `(?:missing|required|undefined|unset)(?: required)? (?:environment|env) (?:variables?|vars?)[: ]{1,2}["'\`]?(${KEY})`,
    'i',
  ),
  new RegExp(`(?:environment|env) (?:variable|var) ["'\`]?(${KEY})["'\`]? (?:${LACKS})`, 'i'),
  new RegExp(`["'\`]?\\b(${VARIABLE})["'\`]? (?:environment|env) (?:variable|var) (?:${LACKS})`),
  new RegExp(`["'\`]?\\b(${VARIABLE})["'\`]? (?:${LACKS})\\b`),
  // Prisma; std::env of Rust does not say which
  new RegExp(`[Ee]nvironment variables? not found: ["'\`]?(${KEY})`),
  /\b[Ee]nvironment variable not found\b/,
  // os.environ of Python, ENV.fetch of Ruby
  new RegExp(`\\bKeyError: '(${VARIABLE})'`),
  new RegExp(`\\bkey not found: "(${VARIABLE})"`),
  // sh with set -u, or \${NAME:?}; the entrypoints of databases
  new RegExp(`\\b(${VARIABLE}): (?:unbound variable|parameter (?:null or )?not set)`),
  /Database is uninitialized and (?:superuser password|password option) is not specified/,
  // Spring, Quarkus, pydantic-settings, serde over a file of settings
  /Could not resolve placeholder '([^'\s]{1,80})'/,
  new RegExp(`SRCFG00014: .{0,20}\\bproperty (${KEY}) is required`),
  new RegExp(`validation errors? for \\w{0,40}(?:Settings|Config)\\w{0,40}\n(${KEY})$`),
  new RegExp(`(?:config|settings|environment)[^\\n]{0,200}missing field [\`"'](${KEY})[\`"']`, 'i'),
  new RegExp(`missing value for field (${KEY})`),
  new RegExp(
    `(?:missing|required)(?: required)? (?:config(?:uration)?|settings?)(?: (?:key|value|property|option|field|parameter))?:? ["'\`]?(${KEY})["'\`]?\\s*$`,
    'im',
  ),
  new RegExp(
    `(?:config(?:uration)?|settings?) (?:key|value|property|option|field|parameter) ["'\`]?(${KEY})["'\`]? (?:${LACKS})`,
    'i',
  ),
];
