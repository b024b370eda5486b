import { type Explanation, textOf } from './explanation.ts';
import { quoted } from './quoted.ts';

const UNTRUSTED = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
  'CERT_UNTRUSTED',
]);

/** The names that the certificate is for: Node's own message leaves them out where the server is an address. */
function namesIn(error: unknown): string | undefined {
  const { cert } = error as { cert?: { subjectaltname?: string } };
  return cert?.subjectaltname && quoted(cert.subjectaltname, 200);
}

function certificateFault(code: string, error: unknown): Explanation | undefined {
  if (UNTRUSTED.has(code))
    return {
      fault: 'tls',
      what: `has a certificate from a CA that is not trusted here (${code})`,
      mend: "use the cluster's own certificate-authority-data, or name its CA file with caFile",
    };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      fault: 'tls',
      what: `has a certificate for another host (${namesIn(error) ?? textOf(error)})`,
      mend: 'use the host name that the certificate names, or set tls-server-name in the kubeconfig',
    };
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return {
      fault: 'tls',
      what: `has a certificate that ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} (${code})`,
      mend: "renew the server's certificate, or set this machine's clock right",
    };
  return undefined;
}

/** A TLS connection that did not come about; undefined when that was not the reason. */
export function tlsFault(code: string, error: unknown): Explanation | undefined {
  const certificate = certificateFault(code, error);
  if (certificate) return certificate;
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/.test(code) || code === 'EPROTO')
    return {
      fault: 'tls',
      what: `does not speak TLS (${code})`,
      mend: 'check the port, or use http:// if it is a plain one, such as that of kubectl proxy',
    };
  if (/^ERR_SSL_.*ALERT/.test(code))
    return {
      fault: 'tls',
      what: `ended the TLS handshake (${textOf(error)})`,
      mend: 'check the client certificate of the kubeconfig, and that the port is that of the API server',
    };
  if (/^(ERR_OSSL|ERR_TLS|ERR_CRYPTO|ERR_SSL)/.test(code))
    return {
      fault: /^ERR_OSSL_(PEM|X509|EVP|ASN1|RSA|DSO)/.test(code) ? 'credentials' : 'tls',
      what: `could not be asked: the CA, client certificate or key is unusable (${textOf(error)})`,
      mend: 'check certificate-authority-data, client-certificate-data and client-key-data in the kubeconfig, or caFile',
    };
  return undefined;
}
