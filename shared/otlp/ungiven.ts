/** Why a rung is left out that was given nothing to look at. */
export const NO_METRICS_URL = 'no metrics URL is given';
export const NO_QUERY_URL = 'no query URL is given';
/** Why one is left out that the way does not have. */
export const NOT_PART = 'not part of this run';
/** Ends what a receipt proves. */
export const NO_BACKEND = 'whether a backend keeps it was not looked at';
