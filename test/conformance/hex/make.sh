#!/bin/sh
# Makes two package repositories in /work from the packages beside this script: `hexpm`, open to all, and
# `acme`. Runs in a container that has Elixir and Hex, with the private key in /work/key.pem.
set -eu

export HOME=/tmp MIX_ENV=prod
cd /work
mkdir -p hexpm/tarballs acme/tarballs

# pack REPOSITORY PACKAGE VERSION
pack() {
  echo "$3" >"packages/$2/VERSION"
  (cd "packages/$2" && mix hex.build --output "/work/$1/tarballs/$2-$3.tar")
}

pack hexpm ripple 1.0.0
pack hexpm ripple 1.1.0
pack hexpm pebble 1.0.0
pack hexpm lagoon 1.0.0
pack hexpm tarn 1.0.0
pack acme strand 1.0.0

for repository in hexpm acme; do
  mix hex.registry build "$repository" --name="$repository" --private-key=key.pem
done
