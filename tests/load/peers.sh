#!/bin/sh
# Installs what the relay is measured beside, outside the tree and from package registries alone, into the folder that is given.
# It knows names and versions. Invariant: what can't be installed ends it with a failure.
set -eu
tools=$1
here=$(dirname "$0")
mkdir -p "$tools"

nats=nats-server-2.15.2
if [ ! -x "$tools/$nats/nats-server" ]; then
    echo "installing $nats" >&2
    GOBIN="$tools/$nats" go install github.com/nats-io/nats-server/v2@v2.15.2 >&2
fi

nostr=nostr-rs-relay-0.8.12
if [ ! -x "$tools/$nostr/bin/nostr-rs-relay" ]; then
    echo "installing $nostr" >&2
    command -v protoc >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends protobuf-compiler; } >&2
    # Without --locked: its own lock names a version of `time` that compilers since 1.80 refuse.
    cargo install nostr-rs-relay --version 0.8.12 --root "$tools/$nostr" >&2
fi

automerge=automerge-repo-sync-server-0.2.8
if [ ! -f "$tools/$automerge/done" ]; then
    echo "installing $automerge" >&2
    mkdir -p "$tools/$automerge"
    npm install --silent --no-audit --no-fund --prefix "$tools/$automerge" @automerge/automerge-repo-sync-server@0.2.8 >&2
    touch "$tools/$automerge/done"
fi
cp "$here/automerge.mjs" "$tools/$automerge/client.mjs"

echo "nats $tools/$nats/nats-server"
echo "nostr $tools/$nostr/bin/nostr-rs-relay"
echo "automerge $tools/$automerge"
