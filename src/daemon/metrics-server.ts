import { createServer } from "node:http";
import type { Socket } from "node:net";

/** How long somebody who asks for figures may take, whatever they do. */
const REQUEST_MS = 10_000;
/** More are let go at once. */
const CONNECTIONS_MAX = 16;

/** Answers whoever asks over HTTP with the figures of the moment. */
export function metricsServer(text: () => string): (socket: Socket) => void {
  let connections = 0;
  const server = createServer((request, response) => {
    const isAsked = request.method === "GET" || request.method === "HEAD";
    if (!isAsked || !/^\/(?:metrics)?(?:\?|$)/.test(request.url ?? "")) {
      response.writeHead(isAsked ? 404 : 405, { Connection: "close" }).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8", Connection: "close" });
    response.end(text());
  });
  return (socket) => {
    socket.on("error", () => socket.destroy());
    if (connections >= CONNECTIONS_MAX) {
      socket.destroy();
      return;
    }
    connections += 1;
    const timer = setTimeout(() => socket.destroy(), REQUEST_MS);
    socket.once("close", () => {
      connections -= 1;
      clearTimeout(timer);
    });
    server.emit("connection", socket);
  };
}
