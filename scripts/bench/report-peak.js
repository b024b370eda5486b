/** Preloaded into a process that is measured: tells its peak of resident memory, in KiB, as the last line on stderr. */
process.on('exit', () => process._rawDebug(`peak ${process.resourceUsage().maxRSS}`));
