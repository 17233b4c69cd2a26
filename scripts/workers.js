/** What runs in a thread or a process of its own: the folder of its worker.ts -> its file in dist/bin. */
export const WORKERS = {
  "host/trial": "trial-worker",
  "host/packets": "packet-worker",
  "host/capture": "capture-worker",
  "host/flows": "flow-worker",
  "daemon/store": "store-worker",
};
