#!/bin/sh
# Makes the certificates anew, good for a century. The key of the authority is thrown away: nobody can sign with it.
set -eu
cd "$(dirname "$0")"
authority=$(mktemp -d)
trap 'rm -r "$authority"' EXIT

cat >"$authority/ca.conf" <<END
[ca]
default_ca = authority
[authority]
database = $authority/index.txt
new_certs_dir = $authority
certificate = ca.crt
private_key = $authority/ca.key
default_md = sha256
rand_serial = yes
policy = policy
[policy]
commonName = supplied
END
: >"$authority/index.txt"

openssl ecparam -name prime256v1 -genkey -noout -out "$authority/ca.key"
openssl req -x509 -new -key "$authority/ca.key" -subj '/CN=Test authority' -days 36500 -out ca.crt \
  -addext 'keyUsage=critical,keyCertSign'
openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out leaf.key

# NAME ALTERNATIVE-NAMES NOT-BEFORE NOT-AFTER
leaf() {
  printf 'basicConstraints=critical,CA:FALSE\nsubjectAltName=%s\n' "$2" >"$authority/extensions"
  openssl req -new -key leaf.key -subj "/CN=$1" -out "$authority/$1.csr"
  openssl ca -batch -notext -config "$authority/ca.conf" -extfile "$authority/extensions" \
    -in "$authority/$1.csr" -out "$1.crt" -startdate "$3" -enddate "$4"
}
leaf server IP:127.0.0.1,DNS:localhost 20200101000000Z 21200101000000Z
leaf other-host DNS:elsewhere.example 20200101000000Z 21200101000000Z
leaf expired IP:127.0.0.1,DNS:localhost 20200101000000Z 20200102000000Z
leaf client email:client@example.com 20200101000000Z 21200101000000Z
openssl req -x509 -new -key leaf.key -subj '/CN=self-signed' -days 36500 -out self-signed.crt \
  -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost'
openssl req -x509 -new -key leaf.key -subj '/CN=localhost' -days 36500 -out no-names.crt
