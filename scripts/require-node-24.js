// Plain JavaScript: it must also run on the old Node that it complains about.
const [major] = process.versions.node.split('.');
if (major !== '24') {
  console.error(
    `otlp-medic needs Node 24, this is ${process.version}: run "npm ci" without --omit=optional, which brings Node 24 along.`,
  );
  process.exit(2);
}
