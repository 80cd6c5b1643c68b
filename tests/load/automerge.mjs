// A thin client of automerge's sync server: its own network adapter and its own sync protocol, without a Repo and its pauses.
// Each client has a document of its own, adds a body to it, and has its answer when the server says that it has that change.
// Usage: node client.mjs ws://ADDRESS CLIENTS BYTES SECONDS; prints what was answered in that time, as JSON.
import * as A from "@automerge/automerge";
import { generateAutomergeUrl, parseAutomergeUrl } from "@automerge/automerge-repo";
import { BrowserWebSocketClientAdapter } from "@automerge/automerge-repo-network-websocket";
import { randomBytes } from "node:crypto";

const [url, clients, bytes, seconds] = process.argv.slice(2);
const begun = performance.now();
const [warm, span] = [500, Number(seconds) * 1000];
const times = [];

async function client(number) {
  const adapter = new BrowserWebSocketClientAdapter(url);
  const self = `client-${number}-${randomBytes(8).toString("hex")}`;
  const server = await new Promise((met) => {
    adapter.once("peer-candidate", ({ peerId }) => met(peerId));
    adapter.connect(self, { isEphemeral: true });
  });
  const { documentId } = parseAutomergeUrl(generateAutomergeUrl());
  let doc = A.from({ body: new Uint8Array() });
  let state = A.initSyncState();
  let has = () => {};
  let first = true;
  const say = () => {
    const [next, data] = A.generateSyncMessage(doc, state);
    state = next;
    if (!data) return;
    const type = first ? "request" : "sync";
    first = false;
    adapter.send({ type, senderId: self, targetId: server, documentId, data });
  };
  adapter.on("message", (message) => {
    if (message.documentId !== documentId || !message.data) return;
    [doc, state] = A.receiveSyncMessage(doc, state, message.data);
    if (A.decodeSyncMessage(message.data).heads.includes(A.getHeads(doc)[0])) has();
    else say();
  });
  for (;;) {
    doc = A.change(doc, (doc) => {
      doc.body = new Uint8Array(randomBytes(Number(bytes)));
    });
    const asked = performance.now();
    await new Promise((answered) => {
      has = answered;
      say();
    });
    const now = performance.now();
    if (now - begun > warm + span) return;
    if (now - begun > warm) times.push((now - asked) * 1000);
  }
}

await Promise.all(Array.from({ length: Number(clients) }, (_, number) => client(number)));
times.sort((a, b) => a - b);
const at = (part) => times[Math.round((times.length - 1) * part)];
console.log(JSON.stringify({ rate: times.length / Number(seconds), p50: at(0.5), p99: at(0.99) }));
process.exit(0);
