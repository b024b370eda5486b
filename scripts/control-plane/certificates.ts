import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });

const LEAF = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

/** Writes NAME.key and NAME.crt, signed by the authority `by`, or by itself. */
function certificate(dir: string, name: string, subject: string, extensions: string[], by?: string) {
  const [key, crt, conf] = ['key', 'crt', 'conf'].map((ending) => join(dir, `${name}.${ending}`)) as [
    string,
    string,
    string,
  ];
  writeFileSync(
    conf,
    ['[req]', 'distinguished_name=dn', 'x509_extensions=ext', '[dn]', '[ext]', ...extensions, ''].join('\n'),
  );
  openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key]);
  const signer = by ? ['-CA', join(dir, `${by}.crt`), '-CAkey', join(dir, `${by}.key`)] : [];
  openssl([
    'req',
    '-x509',
    '-new',
    '-key',
    key,
    '-out',
    crt,
    '-subj',
    subject,
    '-days',
    '30',
    '-config',
    conf,
    ...signer,
  ]);
}

/** Who the components are; `admin` is what tests act as, `bed` what this script itself acts as. */
export const USERS: Readonly<Record<string, string>> = {
  admin: '/O=system:masters/CN=admin',
  bed: '/O=system:masters/CN=bed',
  kwok: '/O=system:masters/CN=kwok',
  'metrics-server': '/O=system:masters/CN=metrics-server',
  'kube-controller-manager': '/CN=system:kube-controller-manager',
  'kube-scheduler': '/CN=system:kube-scheduler',
};

/** A whole set for one cluster: two authorities, server, front proxy, users, service account keys. */
export function makeCertificates(dir: string) {
  certificate(dir, 'ca', '/CN=bed-ca', AUTHORITY);
  certificate(dir, 'front-proxy-ca', '/CN=bed-front-proxy-ca', AUTHORITY);
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  certificate(dir, 'server', '/CN=bed', [...LEAF, 'extendedKeyUsage=serverAuth', names], 'ca');
  certificate(dir, 'front-proxy', '/CN=front-proxy', [...LEAF, 'extendedKeyUsage=clientAuth'], 'front-proxy-ca');
  for (const [name, subject] of Object.entries(USERS)) {
    certificate(dir, name, subject, [...LEAF, 'extendedKeyUsage=clientAuth'], 'ca');
  }
  openssl(['genrsa', '-out', join(dir, 'sa.key'), '2048']);
  openssl(['rsa', '-in', join(dir, 'sa.key'), '-pubout', '-out', join(dir, 'sa.pub')]);
}
